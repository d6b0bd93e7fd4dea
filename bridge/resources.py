"""Where the files that are not code are: in a checkout beside the package, in a wheel inside it."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_WHEEL = _PACKAGE / "_data"
_ROOT = _WHEEL if _WHEEL.is_dir() else _PACKAGE.parent

TEMPLATES = _ROOT / "templates"
"""Jinja: `pages/`, and `cards/` with the base card that every card template extends."""

MANIFEST = _ROOT / "manifest"
"""The Teams app's manifest template and its two icons."""

TEXTS = TEMPLATES / "texts"
"""What the pages say in other languages: a gettext catalogue for each."""

STATIC = _PACKAGE / "web" / "static"
"""What the pages load: scripts and styles."""
