"""The command line: the same services as the API, for people and for scripts."""

from bridge.cli.root import app


def main() -> None:
    """Run `webhook-bridge`: exits 0 if it went well, 1 if it failed, 2 if it was misused."""
    app(prog_name="webhook-bridge")
