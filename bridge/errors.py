"""What can go wrong, as one tree: a caller catches as widely as it means to.

Every message is a sentence a person can act on and carries no secret. `sentence` is what to pass on to a page: it may be
`Said`, which `str(error)` is not.
"""

from collections.abc import Mapping
from typing import ClassVar

from bridge.texts import say


class BridgeError(Exception):
    """Whatever goes wrong in the bridge and is told to people."""

    sentence: str = say("Something in the bridge went wrong.")
    """What a kind of error says where nothing is said of the single one."""

    def __init__(self, message: str | None = None) -> None:
        if message:
            self.sentence = message
        super().__init__(self.sentence)


class SettingsError(BridgeError):
    """A start that the settings do not allow."""

    sentence = say("The settings do not allow a start.")


class PluginError(BridgeError):
    """A plugin that is left out."""

    sentence = say("A plugin could not be loaded.")


class SecretError(BridgeError):
    """A secret that is of no use."""

    sentence = say("A stored secret cannot be read with the keys in BRIDGE_SECRET_KEY.")


class ParseError(BridgeError):
    """A webhook that stays unread."""

    sentence = say("The source could not make sense of the webhook.")


class TemplateFailed(BridgeError):
    """A card that is not made."""

    sentence = say("The card's template could not be rendered.")


class Refused(BridgeError):
    """What whoever asked is told instead of an answer, over HTTP with `status` and `title`."""

    sentence = say("The request was refused.")
    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"


class UnreadableRequest(Refused):
    """A body that is not read any further."""

    sentence = say("The body is not what this source sends.")


class Unauthorized(Refused):
    """Nobody knows who asks."""

    sentence = say("A valid token is needed: send it as `Authorization: Bearer …`.")
    status = 401
    title = "Unauthorized"


class InvalidSignature(Refused):
    """A webhook that nothing proves."""

    sentence = say("The signature is missing or does not match this endpoint's secret.")
    status = 401
    title = "Invalid signature"


class Forbidden(Refused):
    """It is known who asks, and they may not."""

    sentence = say("Your token does not allow that.")
    status = 403
    title = "Forbidden"


class NotFound(Refused):
    """What is not there, and what one may not see."""

    sentence = say("There is no such thing here.")
    status = 404
    title = "Not found"


class NotTaken(Refused):
    """A channel that was tried in vain."""

    sentence = say("The channel did not take the test card.")
    status = 409
    title = "Test card not taken"


class TooSlow(Refused):
    """A request that nobody waits for any longer."""

    sentence = say("The request's body did not arrive in time.")
    status = 408
    title = "Request timeout"


class Conflict(Refused):
    """What would be possible at another time."""

    sentence = say("That cannot be done in the present state.")
    status = 409
    title = "Conflict"


class BodyTooLarge(Refused):
    """A body that is not read to its end."""

    sentence = say("The body is larger than BRIDGE_MAX_BODY_BYTES.")
    status = 413
    title = "Body too large"


class UnsupportedMediaType(Refused):
    """A body of a kind that is not read."""

    sentence = say("The source does not send this content type.")
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
    """A webhook that may be right, and that its sender is to send again."""

    sentence = say("The source's plugin failed, so that it is not known who sent this.")
    status = 500
    title = "Source failed"


class StoreUnavailable(Refused):
    """A webhook that is not taken, since it would be lost."""

    sentence = say("The webhook cannot be stored at the moment; send it again later.")
    status = 503
    title = "Storage unavailable"
    retry_after: ClassVar[int] = 5
