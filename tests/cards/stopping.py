"""Runs each hostile template in a process of its own, with as much memory and processor time as one may take.

Run as a module; says, as a line of JSON for each, what became of it: `how` it ended, and what it took.
"""

import json
import os
import resource
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from bridge.cards.mentions import Syntax
from bridge.cards.shelf import Folder, Shelf
from bridge.cards.templates import CardRenderer
from bridge.errors import TemplateFailed
from bridge.models import Endpoint, ParsedEvent
from bridge.resources import TEMPLATES
from tests.cards.hostile_templates import TEMPLATES as HOSTILE
from tests.cards.hostile_templates import payload, title

MEGABYTES = 64
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
ENDPOINT = Endpoint("ep_1", "tasks", "Tasks", (), "operator", datetime(2026, 11, 23, tzinfo=UTC))


class Plain:
    """A source without templates of its own."""

    name = label = "tasks"
    mentions: Syntax = "none"

    @property
    def shelf(self) -> Shelf:
        return Folder(TEMPLATES / "none")

    def template(self, _: Endpoint) -> str | None:
        return None


def render(renderer: CardRenderer, source: Plain, event: ParsedEvent, text: str) -> str:
    try:
        renderer.render(source, ENDPOINT, event, template=text)
    except TemplateFailed as error:
        return str(error)
    return "rendered"


def main() -> None:
    renderer, source, event = CardRenderer(), Plain(), ParsedEvent("x", context=payload())
    render(renderer, source, ParsedEvent("x"), title("{{ a | excerpt }}*{{ b }}*"))  # warm
    for name, text in HOSTILE.items():
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
            size = int(pages) * resource.getpagesize()
            most = size + MEGABYTES * 2**20
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            began = process_time()
            how = render(renderer, source, event, text)
            os.write(writing, json.dumps([how[:300], process_time() - began]).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        how, took = json.loads(said) if said else (f"stopped by signal {status}", None)
        sys.stdout.write(json.dumps({"name": name, "how": how, "took": took}) + "\n")


main()
