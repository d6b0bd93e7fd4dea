"""`python -m bench [a b c d e f …] [--quick]`: measure, print, and write `bench/results.md`."""

import argparse
import asyncio
import dataclasses
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

import aiohttp
import uvloop

from bench.accept import accept
from bench.backlog import backlog
from bench.compare import compare
from bench.deliver import deliver
from bench.errors import BenchError
from bench.fail import fail
from bench.fan import fan_out
from bench.growth import growth
from bench.latency import latency
from bench.match import match
from bench.peers.install import missing
from bench.plan import Plan
from bench.report import Section, document, filesystem, machine

HERE: Final = Path(__file__).parent
SECTIONS: Final[dict[str, Callable[[Plan], Awaitable[Section]]]] = {
    "a": accept,
    "b": deliver,
    "c": compare,
    "d": fail,
    "fan": fan_out,
    "latency": latency,
    "growth": growth,
    "backlog": backlog,
    "match": match,
}
PARTS: Final = {"e": ("fan", "latency", "growth", "backlog"), "f": ("match",)}


def main() -> int:
    """Run what the command line asks for; the exit code."""
    wanted = _arguments()
    folder: Path = wanted.folder.resolve() / str(os.getpid())
    folder.mkdir(parents=True)
    if filesystem(folder) in {"tmpfs", "ramfs"}:
        print(f"{folder} is in memory, where nothing is durable: give --folder on a disk.")
        return 2
    if packages := missing():
        print(f"Some peers will be left out: apt-get install {' '.join(packages)}")
    sections = [
        name
        for given in wanted.sections or ("a", "b", "c", "d", *PARTS)
        for name in PARTS.get(given, (given,))
    ]
    # Ten thousand channels are as many connections; a server's limit is as high as this.
    _, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest, highest))
    where = machine(folder)
    try:
        done, failed = uvloop.run(_run(_plan(wanted, folder), sections))
    except (asyncio.CancelledError, KeyboardInterrupt):
        print("Stopped.")
        return 130
    finally:
        if not wanted.keep:
            shutil.rmtree(folder, ignore_errors=True)
    text = document(done, " ".join(["python -m bench", *sys.argv[1:]]), where)
    print(text)
    if wanted.out is not None:
        wanted.out.write_text(text)
    return 1 if failed else 0


def _plan(wanted: argparse.Namespace, folder: Path) -> Plan:
    plan = Plan(folder, _clock())
    if wanted.quick:
        plan = plan.quick()
    return dataclasses.replace(
        plan,
        seconds=wanted.seconds or plan.seconds,
        pairs=wanted.pairs or plan.pairs,
        connections=wanted.connections or plan.connections,
        grown=wanted.grown or plan.grown,
    )


async def _run(plan: Plan, sections: Sequence[str]) -> tuple[list[Section], bool]:
    """The sections, and whether one of them could not be measured, which keeps the others from nothing."""
    # Being told to end must end what was started too.
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # it runs in one
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    done, failed = [], False
    for name in sections:
        plan.say(f"({name}) begins")
        try:
            section = await SECTIONS[name](plan)
        except (BenchError, OSError, aiohttp.ClientError) as error:
            failed = True
            plan.say(f"({name}) could not be measured: {error}")
            section = Section(f"({name})", [f"could not be measured: {type(error).__name__}"])
        else:
            plan.say(f"({name}) is done\n\n{section.markdown()}")
        done.append(section)
    return done, failed


def _clock() -> Callable[[str], None]:
    started = time.monotonic()

    def say(text: str) -> None:
        passed = int(time.monotonic() - started)
        print(f"[{passed // 60:2d}:{passed % 60:02d}] {text}", flush=True)

    return say


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", choices=[[], *SECTIONS, *PARTS], help="which parts; a b c d e f"
    )
    parser.add_argument("--quick", action="store_true", help="short rounds, for development")
    parser.add_argument("--seconds", type=float, help="how long a round sends")
    parser.add_argument("--pairs", type=int, help="how many rounds each")
    parser.add_argument(
        "--connections",
        type=lambda text: tuple(int(part) for part in text.split(",")),
        help="as in 8,32",
    )
    parser.add_argument(
        "--grown",
        type=lambda text: tuple(int(part) for part in text.split(",")),
        help="deliveries in the stores of (e), as in 0,100000",
    )
    parser.add_argument(
        "--folder", type=Path, default=HERE / ".work", help="where each run keeps its data"
    )
    parser.add_argument("--keep", action="store_true", help="leave the data and logs there")
    parser.add_argument("--out", type=Path, help="write the results there too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
