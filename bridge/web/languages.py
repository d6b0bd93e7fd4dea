"""The languages of the pages: which there are, and which one a request is answered in."""

import gettext
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from starlette.requests import Request

from bridge.registry import Registry
from bridge.texts import ENGLISH, Catalogue
from bridge.translations import forms, of_plugins, read, translated

_NUMBERS: Final = range(200)
"""Between them they take every form of every language that gettext knows."""
_PREFERENCE: Final = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?"
)
LONGEST: Final = 300
"""Characters of what is read of somebody's preferences."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language in which pages are shown. `script` is what their scripts need to know of it."""

    catalogue: Catalogue = ENGLISH
    script: Mapping[str, Any] = field(default_factory=lambda: {"plural": {}, "messages": {}})

    @property
    def code(self) -> str:
        """As in HTML's `lang`."""
        return self.catalogue.language


class Languages:
    """All that there are, English first."""

    def __init__(self, others: Iterable[Language] = ()) -> None:
        self._known = {one.code: one for one in (Language(), *others)}

    @property
    def codes(self) -> tuple[str, ...]:
        """The languages, as in HTML's `lang`."""
        return tuple(self._known)

    def of(self, request: Request) -> Language:
        """The one that a page was asked for by name (`locale`), else the best that the browser can show."""
        wanted = [request.query_params.get("locale", "")[:LONGEST]]
        wanted += preferences(request.headers.get("accept-language", ""))
        return next(filter(None, map(self._named, wanted)), self._known["en"])

    def _named(self, name: str) -> Language | None:
        """`de-at` is said in German; whoever takes anything (`*`) gets English."""
        return self._known.get(name.partition("-")[0].lower())


def preferences(header: str) -> list[str]:
    """The languages of an `Accept-Language`, the most wanted first; what is no such header has none."""
    found = [_PREFERENCE.fullmatch(part) for part in header[:LONGEST].split(",")]
    weighed = [(float(one[2] or 1), one[1]) for one in found if one]
    return [name for weight, name in sorted(weighed, key=lambda it: -it[0]) if weight]


def load(folder: Path, registry: Registry) -> Languages:
    """The languages whose catalogues (`de.po`) are in a folder, with what plugins say in them. Raises `PluginError`."""
    return Languages(_load(file, registry) for file in sorted(folder.glob("*.po")))


def _load(file: Path, registry: Registry) -> Language:
    known = language(read(file))
    sources = of_plugins(registry, file.stem)
    return replace(known, catalogue=replace(known.catalogue, sources=sources))


def language(catalog: Catalog) -> Language:
    """A language from a gettext catalogue; what is not translated in it stays English."""
    locale = catalog.locale
    if locale is None:
        raise ValueError("A catalogue has to say which language it is")
    index = gettext.c2py(catalog.plural_expr)
    messages = {forms(one.id)[0]: forms(one.string) for one in translated(catalog)}
    return Language(
        Catalogue(str(locale).replace("_", "-"), messages, index),
        {
            "plural": {locale.plural_form(n): index(n) for n in _NUMBERS},
            "messages": {
                forms(one.id)[0]: forms(one.string)
                for one in translated(catalog)
                if any(name.endswith(".js") for name, _ in one.locations)
            },
        },
    )
