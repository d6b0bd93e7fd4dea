"""What the versions of Microsoft's manifest schema allow, as far as a package of this project needs to know.

`tests/package/test_versions.py` holds every line of it against Microsoft's own schemas. What belongs to bots, message
extensions and the like is let through unseen.
"""

import re
from collections.abc import Iterable
from typing import Final

from bridge.package.shape import (
    ALWAYS,
    Anything,
    Choice,
    Field,
    Fields,
    Flag,
    Items,
    Span,
    Text,
)

OLDEST: Final = 5
NEWEST: Final = 30
MISSING: Final = 18
"""Microsoft published no 1.18."""

VERSIONS: Final = tuple(number for number in range(OLDEST, NEWEST + 1) if number != MISSING)
SCHEMA: Final = (
    "https://developer.microsoft.com/json-schemas/teams/v1.{version}/MicrosoftTeams.schema.json"
)

_GUID: Final = Text(
    pattern=r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
    form="a GUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
)
_URL: Final = Text(2048, r"^[Hh][Tt][Tt][Pp][Ss]?://", "a URL with https://")
_PATH: Final = Text(2048)
_TAG: Final = Text(
    pattern=r"^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,2}$", form="a language tag such as en-us"
)
_UNSEEN: Final = Anything()


def _since(first: int) -> Span:
    return Span(first)


def _needed(shape: Text | Choice | Items | Fields) -> Field:
    return Field(shape, needed=(ALWAYS,))


def _unseen(names: Iterable[str], since: int = 0) -> dict[str, Field]:
    return {name: Field(_UNSEEN, _since(since)) for name in names}


_CAPABILITY: Final = Choice(dict.fromkeys(("tab", "bot", "connector"), ALWAYS))
_LANGUAGE: Final = Fields({"languageTag": _needed(_TAG), "file": _needed(_PATH)})
_TABS: Final = Fields(
    {
        "id": Field(Text(64), _since(20)),
        "configurationUrl": _needed(_URL),
        "canUpdateConfiguration": Field(Flag()),
        "scopes": _needed(
            Items(
                Choice({"team": ALWAYS, "groupChat": ALWAYS, "groupchat": Span(0, 16)}), ((0, 2),)
            )
        ),
        "context": Field(
            Items(
                Choice(
                    {
                        "channelTab": ALWAYS,
                        "privateChatTab": ALWAYS,
                        "meetingChatTab": ALWAYS,
                        "meetingDetailsTab": ALWAYS,
                        "meetingSidePanel": ALWAYS,
                        "meetingStage": ALWAYS,
                        "personalTab": _since(9),
                        "callingSidePanel": Span(9, 16),
                    }
                ),
                ((8, 6), (9, 8), (17, 7)),
            ),
            _since(8),
        ),
        "meetingSurfaces": Field(_UNSEEN, _since(9)),
        "supportedPlatform": Field(_UNSEEN, Span(9, 10)),
        "sharePointPreviewImage": Field(_PATH),
        "supportedSharePointHosts": Field(_UNSEEN),
    }
)
_CONNECTORS: Final = Fields(
    {
        "connectorId": _needed(Text(64)),
        "configurationUrl": Field(_URL),
        "scopes": _needed(Items(Choice({"team": ALWAYS}), ((0, 1),))),
    }
)
_INSTALL_SCOPES: Final = Choice(
    {
        "personal": ALWAYS,
        "team": ALWAYS,
        "groupChat": ALWAYS,
        "groupchat": Span(0, 16),
        "meetings": ALWAYS,
        "copilot": _since(21),
    }
)

MANIFEST: Final = Fields(
    {
        "$schema": Field(Text()),
        "manifestVersion": Field(_UNSEEN, needed=(ALWAYS,)),
        "version": _needed(Text(256)),
        "id": _needed(_GUID),
        "packageName": Field(Text(64), Span(0, 16)),
        "localizationInfo": Field(
            Fields(
                {
                    "defaultLanguageTag": _needed(_TAG),
                    "defaultLanguageFile": Field(_PATH, _since(19)),
                    "additionalLanguages": Field(Items(_LANGUAGE)),
                }
            )
        ),
        "developer": _needed(
            Fields(
                {
                    "name": _needed(Text(32)),
                    "websiteUrl": _needed(_URL),
                    "privacyUrl": _needed(_URL),
                    "termsOfUseUrl": _needed(_URL),
                    "mpnId": Field(Text(10)),
                }
            )
        ),
        "name": _needed(
            Fields(
                {
                    "short": _needed(Text(30)),
                    "full": Field(Text(100), needed=(Span(16, 19),)),
                }
            )
        ),
        "description": _needed(
            Fields(
                {
                    "short": _needed(Text(80)),
                    "full": _needed(Text(4000)),
                    "features": Field(_UNSEEN, _since(26)),
                }
            )
        ),
        "icons": _needed(
            Fields(
                {
                    "color": _needed(_PATH),
                    "outline": _needed(_PATH),
                    "color32x32": Field(_PATH, _since(21)),
                }
            )
        ),
        "accentColor": _needed(Text(pattern="^#[0-9a-fA-F]{6}$", form="a colour such as #4F52B2")),
        "configurableTabs": Field(Items(_TABS, ((0, 1),))),
        "connectors": Field(Items(_CONNECTORS, ((0, 1),))),
        "validDomains": Field(Items(Text(2048), ((0, 16), (28, 100)))),
        "webApplicationInfo": Field(
            Fields(
                {
                    "id": _needed(_GUID),
                    "resource": Field(Text(2048), needed=(Span(0, 5),)),
                    "applicationPermissions": Field(_UNSEEN, Span(6, 11)),
                    "nestedAppAuthInfo": Field(_UNSEEN, _since(22)),
                }
            )
        ),
        "permissions": Field(
            Items(Choice(dict.fromkeys(("identity", "messageTeamMembers"), ALWAYS)), ((0, 2),))
        ),
        "defaultInstallScope": Field(_INSTALL_SCOPES, _since(9)),
        "defaultGroupCapability": Field(
            Fields(
                {
                    "team": Field(_CAPABILITY),
                    "groupchat": Field(_CAPABILITY),
                    "meetings": Field(_CAPABILITY),
                }
            ),
            _since(9),
        ),
        "publisherDocsUrl": Field(_URL, _since(11)),
        "supportedChannelTypes": Field(
            Items(Choice(dict.fromkeys(("sharedChannels", "privateChannels"), ALWAYS)), ((0, 2),)),
            _since(14),
        ),
        **_unseen(("staticTabs", "bots", "composeExtensions", "devicePermissions")),
        **_unseen(("showLoadingIndicator",), 6),
        **_unseen(("isFullScreen", "activities"), 7),
        **_unseen(
            ("subscriptionOffer", "configurableProperties", "meetingExtensionDefinition"), 10
        ),
        **_unseen(("graphConnector", "defaultBlockUntilAdminAction"), 11),
        **_unseen(("authorization",), 12),
        **_unseen(("extensions", "dashboardCards"), 17),
        **_unseen(("copilotAgents",), 19),
        **_unseen(("intuneInfo", "elementRelationshipSet"), 20),
        **_unseen(("backgroundLoadConfiguration",), 21),
        **_unseen(("supportsChannelFeatures", "agenticUserTemplates"), 25),
        **_unseen(("agentConnectors",), 27),
        **_unseen(("agentSkills",), 28),
    }
)


def numbered(text: object) -> int | None:
    """The version that a text such as `1.17` means, whether it is known or not; None where it means none."""
    found = re.fullmatch(r"1\.(\d{1,3})", text, re.ASCII) if isinstance(text, str) else None
    return int(found[1]) if found else None


def schema_version(url: object) -> int | None:
    """The version in a schema's URL, or None where there is none."""
    found = re.search(r"/v1\.(\d{1,3})/", url, re.ASCII) if isinstance(url, str) else None
    return int(found[1]) if found else None
