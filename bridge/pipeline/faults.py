"""Tells where a plugin's code failed without repeating what it worked on."""

import sysconfig
import traceback
from pathlib import Path
from typing import Final

from bridge.errors import BridgeError

_STANDARD_LIBRARY: Final = (sysconfig.get_path("stdlib"), "<")


def place(error: BaseException) -> str:
    """The exception's type, and the file and line that raised it: `KeyError in events.py, line 31`.

    An exception's own text may quote a payload, so it is left out.
    """
    frames = traceback.extract_tb(error.__traceback__)
    name = type(error).__name__
    if not frames:
        return name
    # A plugin's own line says more than that of the standard library which it called.
    frame = next((one for one in reversed(frames) if _is_own(one.filename)), frames[-1])
    return f"{name} in {Path(frame.filename).name}, line {frame.lineno}"


def sentence(error: BaseException) -> str:
    """What went wrong: the bridge's own errors are sentences free of payloads; of any other only where it happened."""
    return str(error) if isinstance(error, BridgeError) else place(error)


def printable(text: str) -> str:
    """A text that any database takes: without NUL, and the halves of characters that Python allows and UTF-8 does not."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _is_own(file: str) -> bool:
    return "site-packages" in file or not file.startswith(_STANDARD_LIBRARY)
