"""What can go wrong, as one tree: a caller catches as widely as it means to.

Every message is a sentence a person can act on and carries no secret. An error without a message of its own
says its class's docstring.
"""

import inspect
from collections.abc import Mapping
from typing import ClassVar


class BridgeError(Exception):
    """Something in the bridge went wrong."""

    def __init__(self, message: str | None = None) -> None:
        self.sentence = message or inspect.cleandoc(type(self).__doc__ or type(self).__name__)
        super().__init__(self.sentence)


class SettingsError(BridgeError):
    """The settings do not allow a start."""


class PluginError(BridgeError):
    """A plugin could not be loaded."""


class SecretError(BridgeError):
    """A stored secret cannot be read with the keys in BRIDGE_SECRET_KEY."""


class ParseError(BridgeError):
    """The source could not make sense of the webhook."""


class TemplateFailed(BridgeError):
    """The card's template could not be rendered."""


class Refused(BridgeError):
    """The request was refused."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"


class UnreadableRequest(Refused):
    """The body is not what this source sends."""


class Unauthorized(Refused):
    """A valid token is needed: send it as `Authorization: Bearer …`."""

    status = 401
    title = "Unauthorized"


class InvalidSignature(Refused):
    """The signature is missing or does not match this endpoint's secret."""

    status = 401
    title = "Invalid signature"


class Forbidden(Refused):
    """Your token does not allow that."""

    status = 403
    title = "Forbidden"


class NotFound(Refused):
    """There is no such thing here."""

    status = 404
    title = "Not found"


class NotTaken(Refused):
    """The channel did not take the test card."""

    status = 409
    title = "Test card not taken"


class TooSlow(Refused):
    """The request's body did not arrive in time."""

    status = 408
    title = "Request timeout"


class Conflict(Refused):
    """That cannot be done in the present state."""

    status = 409
    title = "Conflict"


class BodyTooLarge(Refused):
    """The body is larger than BRIDGE_MAX_BODY_BYTES."""

    status = 413
    title = "Body too large"


class UnsupportedMediaType(Refused):
    """The source does not send this content type."""

    status = 415
    title = "Unsupported media type"


class Invalid(Refused):
    """Something in the input is not valid.

    `fields` maps the dotted name of an input (`channel.url`, `events.0`) to a sentence about it.
    """

    status = 422
    title = "Invalid input"

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(" ".join(f"{name}: {sentence}" for name, sentence in self.fields.items()))


class TooMany(Refused):
    """The endpoint gets more webhooks than it takes."""

    status = 429
    title = "Too many requests"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            "This endpoint gets more webhooks than it takes (BRIDGE_ENDPOINT_RATE); "
            f"send this one again in {retry_after} seconds."
        )


class SourceFailed(Refused):
    """The source's plugin failed, so that it is not known who sent this."""

    status = 500
    title = "Source failed"


class StoreUnavailable(Refused):
    """The webhook cannot be stored at the moment; send it again later."""

    status = 503
    title = "Storage unavailable"
    retry_after: ClassVar[int] = 5
