"""What was measured, as a person reads it: on the terminal and in Markdown, with where and when."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a heading row."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """As Markdown, its columns in line so that the terminal shows it well too."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.head))]
        rule = ["-" * width for width in widths]
        return "\n".join(
            "| "
            + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            + " |"
            for line in [self.head, rule, *self.rows]
        )


@dataclass(frozen=True, slots=True)
class Section:
    """One of the benchmark's parts: what was found, first of all in sentences."""

    title: str
    found: Sequence[str]
    tables: Sequence[Table] = ()
    note: str = ""

    def markdown(self) -> str:
        """The section as Markdown."""
        parts = [f"## {self.title}", *(f"- {line}" for line in self.found)]
        text = parts[0] + "\n\n" + "\n".join(parts[1:])
        for table in self.tables:
            text += "\n\n" + table.markdown()
        if self.note:
            text += "\n\n" + self.note
        return text + "\n"


def verdict(value: float, goal: float, *, below: bool = False) -> str:
    """Whether a figure reaches its goal, in words."""
    reached = value < goal if below else value >= goal
    return "reached" if reached else "not reached"


def document(sections: Sequence[Section], how: str, where: str) -> str:
    """The whole of `results.md`."""
    head = (
        "# Benchmark results\n\n"
        f"Measured on {datetime.now(UTC):%Y-%m-%d, %H:%M} UTC by `{how}`. What each figure means: `bench/README.md`.\n\n"
        f"Machine: {where}\n\n"
    )
    return head + "\n".join(section.markdown() for section in sections)


def machine(folder: Path) -> str:
    """Cores, processor, memory, disk, Python and load."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor() or "unknown",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GB of memory, data on {filesystem(folder)}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; "
        f"load when it began {os.getloadavg()[0]:.2f}."
    )


def filesystem(folder: Path) -> str:
    """The type of the file system that a folder is on."""
    found = max(
        (
            (len(parts[1]), parts[2])
            for parts in map(str.split, Path("/proc/mounts").read_text().splitlines())
            if folder.resolve().is_relative_to(parts[1])
        ),
        default=(0, "an unknown file system"),
    )
    return found[1]
