"""The plugin author's one import: everything a source needs, and nothing else of the bridge."""

from bridge.action import Action, Call, Done, Reply
from bridge.cards.bounded import proofread
from bridge.cards.card import ChoiceInput, DateInput, TextInput
from bridge.errors import (
    Invalid,
    InvalidSignature,
    ParseError,
    UnreadableRequest,
    UnsupportedMediaType,
)
from bridge.hookspecs import hookimpl
from bridge.models import AttributeValue, Endpoint, EndpointSecret, InboundRequest, ParsedEvent
from bridge.recipes.description import Description
from bridge.recipes.description import check as check_description
from bridge.recipes.handshake import handshake as handshake_described
from bridge.recipes.parsing import identify as identify_described
from bridge.recipes.parsing import parse as parse_described
from bridge.recipes.recipe import recipe, recipes
from bridge.recipes.values import event_type
from bridge.recipes.verification import Verification
from bridge.signatures import (
    sign_hmac_sha256,
    verify_basic,
    verify_hmac_sha256,
    verify_standard_webhook,
    verify_token,
)
from bridge.source import Attribute, EventType, Handshake, Sample, Source

__all__ = [
    "Action",
    "Attribute",
    "AttributeValue",
    "Call",
    "ChoiceInput",
    "DateInput",
    "Description",
    "Done",
    "Endpoint",
    "EndpointSecret",
    "EventType",
    "Handshake",
    "InboundRequest",
    "Invalid",
    "InvalidSignature",
    "ParseError",
    "ParsedEvent",
    "Reply",
    "Sample",
    "Source",
    "TextInput",
    "UnreadableRequest",
    "UnsupportedMediaType",
    "Verification",
    "check_description",
    "event_type",
    "handshake_described",
    "hookimpl",
    "identify_described",
    "parse_described",
    "proofread",
    "recipe",
    "recipes",
    "sign_hmac_sha256",
    "verify_basic",
    "verify_hmac_sha256",
    "verify_standard_webhook",
    "verify_token",
]
