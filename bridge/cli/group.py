"""How the command line fails: one sentence on standard error, never a traceback, and an exit code that means something."""

import traceback

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from bridge.errors import BridgeError, Invalid

FAILED = 1
MISUSED = 2


class Commands(TyperGroup):
    """The root of all commands."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # what typer gives is its own Context
        """Run the command, and say what went wrong."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError, EOFError):
            raise
        except Invalid as error:
            for field, sentence in error.fields.items():
                complain(f"{field}: {sentence}")
            raise typer.Exit(MISUSED) from None
        except BridgeError as error:
            complain(str(error))
            raise typer.Exit(FAILED) from None
        except OSError as error:
            complain(f"{error.strerror or type(error).__name__}: {error.filename or 'no file'}.")
            raise typer.Exit(FAILED) from None
        except Exception as error:  # noqa: BLE001  # a message may carry a secret, so only where it came from is said
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
            complain(f"something unexpected happened: {where}. This is a fault of the program.")
            raise typer.Exit(FAILED) from None


def complain(sentence: str) -> None:
    """Say on standard error what is wrong."""
    typer.echo(f"webhook-bridge: {sentence}", err=True)
