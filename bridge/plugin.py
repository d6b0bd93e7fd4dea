"""The plugin author's one import: everything a source needs, and nothing else of the bridge."""

from bridge.cards.proofread import proofread
from bridge.errors import Invalid, InvalidSignature, ParseError, UnreadableRequest
from bridge.hookspecs import hookimpl
from bridge.models import AttributeValue, Endpoint, EndpointSecret, InboundRequest, ParsedEvent
from bridge.signatures import (
    sign_hmac_sha256,
    verify_basic,
    verify_hmac_sha256,
    verify_standard_webhook,
    verify_token,
)
from bridge.source import Attribute, EventType, Sample, Source

__all__ = [
    "Attribute",
    "AttributeValue",
    "Endpoint",
    "EndpointSecret",
    "EventType",
    "InboundRequest",
    "Invalid",
    "InvalidSignature",
    "ParseError",
    "ParsedEvent",
    "Sample",
    "Source",
    "UnreadableRequest",
    "hookimpl",
    "proofread",
    "sign_hmac_sha256",
    "verify_basic",
    "verify_hmac_sha256",
    "verify_standard_webhook",
    "verify_token",
]
