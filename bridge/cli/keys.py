"""webhook-bridge new-key: what secrets are encrypted with."""

import base64
import secrets

import typer

from bridge.settings import KEY_BYTES


def new_key() -> None:
    """Print a new key for BRIDGE_SECRET_KEY.

    To rotate, put it before the old one, with a comma between them.
    """
    typer.echo(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
