"""Fixtures of the cards' tests: sources made of templates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.cards.card import Card
from bridge.cards.mentions import Syntax
from bridge.cards.shelf import Folder, Texts
from bridge.cards.templates import CardRenderer
from bridge.models import Endpoint, ParsedEvent

ENDPOINT = Endpoint("ep_1", "tasks", "Tasks", (), "operator", datetime(2026, 11, 23, tzinfo=UTC))


@dataclass(eq=False)
class FolderSource:
    """A source whose templates stand in a folder; `own` is its endpoint's own template."""

    folder: Path
    own: str | None = None
    name: str = "tasks"
    label: str = "Tasks"
    mentions: Syntax = "none"
    now: float = 0
    renderer: CardRenderer = field(init=False)

    def __post_init__(self) -> None:
        self.renderer = CardRenderer(lambda: self.now)

    @property
    def shelf(self) -> Folder:
        return Folder(self.folder / "cards")

    def template(self, endpoint: Endpoint) -> str | None:
        return self.own

    def write(self, name: str, text: str) -> None:
        (self.folder / "cards").mkdir(exist_ok=True)
        (self.folder / "cards" / name).write_text(text, encoding="utf-8")

    def render(self, event: ParsedEvent) -> Card:
        return self.renderer.render(self, ENDPOINT, event)


@dataclass(eq=False)
class TextSource:
    """A source whose templates are texts of somebody who is not trusted with Python."""

    texts: Mapping[str, str]
    name: str = "tasks"
    label: str = "Tasks"
    mentions: Syntax = "none"

    @property
    def shelf(self) -> Texts:
        return Texts(self.texts)

    def template(self, endpoint: Endpoint) -> str | None:
        return None

    def render(self, event: ParsedEvent) -> Card:
        return CardRenderer().render(self, ENDPOINT, event)


@pytest.fixture
def source(tmp_path: Path) -> FolderSource:
    return FolderSource(tmp_path)


Render = Callable[..., Card]


@pytest.fixture
def render(source: FolderSource) -> Render:
    """Render blocks given by name, with a context."""

    def render_blocks(context: Mapping[str, Any] | None = None, **blocks: str) -> Card:
        written = "".join(
            f"{{% block {name} %}}{text}{{% endblock %}}\n" for name, text in blocks.items()
        )
        source.write("task.created.j2", '{% extends "card.j2" %}\n' + written)
        source.renderer = CardRenderer()  # which has not read the last one
        return source.render(ParsedEvent("task.created", {}, context or {}))

    return render_blocks
