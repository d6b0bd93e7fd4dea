"""What JMESPath lacks and webhooks need, named as the community's own specification of it does."""

from collections.abc import Mapping
from typing import Any

from jmespath.functions import Functions, signature


class MoreFunctions(Functions):
    """The library's functions, and some for texts and for objects whose names are data, such as labels."""

    @signature({"types": ["string"]}, {"types": ["string"]})
    def _func_split(self, text: str, separator: str) -> list[str]:
        """The pieces of a text: `split('refs/heads/main', 'refs/heads/')[-1]` is `main`."""
        return text.split(separator)

    @signature({"types": ["string"]})
    def _func_lower(self, text: str) -> str:
        """A text in small letters."""
        return text.lower()

    @signature({"types": ["object"]})
    def _func_items(self, value: Mapping[str, Any]) -> list[list[Any]]:
        """An object's names and values, in pairs."""
        return [[name, item] for name, item in value.items()]
