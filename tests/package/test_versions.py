"""The table of schema versions says what Microsoft's schemas say, line by line and version by version."""

from typing import Any

import pytest

from bridge.package import versions
from bridge.package.shape import Anything, Choice, Fields, Flag, Items, Shape, Text
from tests.package.conftest import SCHEMAS, schema


def test_every_version_that_microsoft_published_from_the_oldest_on_is_known() -> None:
    if not SCHEMAS.is_dir():
        pytest.skip("Microsoft's schemas are not here: install Node with npm, then `make test`")
    there = {folder.name for folder in SCHEMAS.iterdir() if folder.name.startswith("v1.")}
    numbers = sorted(int(name.removeprefix("v1.")) for name in there)
    assert [number for number in numbers if number >= versions.OLDEST] == list(versions.VERSIONS)


@pytest.mark.parametrize("version", versions.VERSIONS)
def test_a_version_is_as_microsoft_s_schema_has_it(version: int) -> None:
    whole = schema(version)
    assert whole["properties"]["manifestVersion"]["const"] == f"1.{version}"
    compare(versions.MANIFEST, whole, whole.get("definitions", {}), version, "manifest")


def compare(shape: Shape, given: Any, definitions: Any, version: int, where: str) -> None:
    if "$ref" in given:
        given = {**definitions[given["$ref"].rpartition("/")[2]], **given}
    match shape:
        case Anything():
            return
        case Flag():
            assert given["type"] == "boolean", where
        case Text():
            assert given["type"] == "string", where
            assert given.get("maxLength") == shape.longest, where
            assert given.get("pattern") == shape.pattern, where
        case Choice():
            assert set(given["enum"]) == set(shape.allowed(version)), where
        case Items():
            assert given.get("maxItems") == shape.limit(version), where
            compare(shape.of, given["items"], definitions, version, f"{where}[]")
        case Fields():
            known = shape.known(version)
            assert set(given["properties"]) == set(known), where
            needed = {name for name, field in known.items() if field.is_needed(version)}
            assert set(given.get("required", ())) == needed, where
            for name, field in known.items():
                inner = given["properties"][name]
                compare(field.shape, inner, definitions, version, f"{where}.{name}")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 5),
        ("1.30", 30),
        ("1.99", 99),
        ("2.0", None),
        ("1", None),
        (1.5, None),
        ("1.5 ", None),
    ],
)
def test_a_version_is_read(text: object, number: int | None) -> None:
    assert versions.numbered(text) == number
