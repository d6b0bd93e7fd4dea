"""`python -m bench [a b c d e …] [--quick]`: measure, print, and write `bench/results.md`."""

import argparse
import asyncio
import dataclasses
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

import uvloop

from bench.accept import accept
from bench.compare import compare
from bench.deliver import deliver
from bench.fail import fail
from bench.payload import NoExamples
from bench.plan import Plan
from bench.process import DidNotStart
from bench.report import Section, document, filesystem

HERE: Final = Path(__file__).parent
SECTIONS: Final[dict[str, Callable[[Plan], Awaitable[Section]]]] = {
    "a": accept,
    "b": deliver,
    "c": compare,
    "d": fail,
}


def main() -> int:
    """Run what the command line asks for; the exit code."""
    wanted = _arguments()
    folder: Path = wanted.folder
    if filesystem(folder.parent) in {"tmpfs", "ramfs"}:
        print(f"{folder} is in memory, where nothing is durable: give --folder on a disk.")
        return 2
    plan = _plan(wanted)
    sections = wanted.sections or list(SECTIONS)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        done = uvloop.run(_run(plan, sections))
    except (NoExamples, DidNotStart) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if not wanted.keep:
            shutil.rmtree(folder, ignore_errors=True)
    how = " ".join(["python -m bench", *sys.argv[1:]])
    text = document(done, how, folder.parent)
    print(text)
    if wanted.out is not None:
        wanted.out.write_text(text)
    return 0


def _plan(wanted: argparse.Namespace) -> Plan:
    plan = Plan(wanted.folder.resolve(), _clock())
    if wanted.quick:
        plan = plan.quick()
    return dataclasses.replace(
        plan,
        seconds=wanted.seconds or plan.seconds,
        pairs=wanted.pairs or plan.pairs,
        connections=wanted.connections or plan.connections,
    )


async def _run(plan: Plan, sections: Sequence[str]) -> list[Section]:
    # Being told to end must end what was started too.
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # it runs in one
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    done = []
    for name in sections:
        plan.say(f"({name}) begins")
        done.append(await SECTIONS[name](plan))
    return done


def _clock() -> Callable[[str], None]:
    started = time.monotonic()

    def say(text: str) -> None:
        passed = int(time.monotonic() - started)
        print(f"[{passed // 60:2d}:{passed % 60:02d}] {text}", flush=True)

    return say


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], help="which parts; all")
    parser.add_argument("--quick", action="store_true", help="short rounds, for development")
    parser.add_argument("--seconds", type=float, help="how long a round sends")
    parser.add_argument("--pairs", type=int, help="how many rounds each")
    parser.add_argument(
        "--connections",
        type=lambda text: tuple(int(part) for part in text.split(",")),
        help="as in 8,32",
    )
    parser.add_argument("--folder", type=Path, default=HERE / ".work", help="where data is kept")
    parser.add_argument("--keep", action="store_true", help="leave the data and logs there")
    parser.add_argument("--out", type=Path, help="write the results there too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
