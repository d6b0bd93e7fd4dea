"""XML as JSON would have it. Entities, document types and deep nesting are refused."""

from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from bridge.errors import UnreadableRequest

ATTRIBUTE: Final = "@"
TEXT: Final = "#text"

DEEPEST: Final = 100
MOST_ELEMENTS: Final = 100_000


def read_xml(document: bytes | str) -> dict[str, Any]:
    """An object of the root's name. An element is its text, or an object of its attributes (`@name`), children and `#text`.

    Children of one name are a list. Namespaces are left out of the names. Raises `UnreadableRequest`.
    """
    building = _Building()
    parser = DefusedXMLParser(target=building, forbid_dtd=True)
    try:
        parser.feed(document)
        parser.close()
    except DefusedXmlException:
        raise UnreadableRequest(
            "The body is XML with a document type or entities of its own, which is not read."
        ) from None
    except (ParseError, ValueError, LookupError) as error:  # no XML, or in an encoding that is not
        raise UnreadableRequest(f"The body is not XML: {error}.") from None
    return building.root


class _Building:
    """Takes a document's elements as they are parsed, so that no depth of theirs is a depth of the program's."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any]]] = [("", self.root)]
        self._texts: list[list[str]] = [[]]
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._count += 1
        if len(self._open) > DEEPEST or self._count > MOST_ELEMENTS:
            raise UnreadableRequest(
                f"The XML is nested deeper than {DEEPEST} or has more than {MOST_ELEMENTS} elements."
            )
        fields = {f"{ATTRIBUTE}{_local(name)}": value for name, value in attributes.items()}
        self._open.append((_local(tag), fields))
        self._texts.append([])

    def data(self, text: str) -> None:
        """Text within an element."""
        self._texts[-1].append(text)

    def end(self, _tag: str) -> None:
        """An element ends, and has its place in the one around it."""
        name, fields = self._open.pop()
        text = "".join(self._texts.pop()).strip()
        if fields and text:
            fields[TEXT] = text
        value: Any = fields or text
        outer = self._open[-1][1]
        if name not in outer:
            outer[name] = value
        elif isinstance(outer[name], list):
            outer[name].append(value)
        else:
            outer[name] = [outer[name], value]


def _local(name: str) -> str:
    return name.rpartition("}")[2]
