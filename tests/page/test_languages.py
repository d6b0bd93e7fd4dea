"""What the pages say comes from a catalogue, all of it: shown with one in which every message is marked as said."""

import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from playwright.async_api import Browser, expect

from bridge.registry import Registry
from bridge.translations import declared, forms
from bridge.web.languages import Language, Languages, language
from tests.page import states
from tests.page.conftest import Served, Teams, opened
from tests.page.test_recent import received

ROOT = Path(__file__).parents[2]
VISIBLE = Path(__file__).parent / "visible.js"
KEYWORDS = "say say_count:2,3 t tn:2,3"
SPOKEN = "sv"
"""Some language that Chromium knows; its messages are the English ones, marked."""
