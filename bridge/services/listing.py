"""Lists that show only what the one who asks may see, without a page that is shorter for it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from bridge.models import Listing, Page

T = TypeVar("T")


async def visible(
    fetch: Callable[[Page], Awaitable[Listing[T]]],
    page: Page,
    may_see: Callable[[T], Awaitable[bool]],
) -> Listing[T]:
    """The next `page.limit` items that `may_see` lets through, taken from as many pages as it needs."""
    found: list[T] = []
    cursor = page.cursor
    while True:
        part = await fetch(replace(page, limit=page.limit - len(found), cursor=cursor))
        found += [item for item in part.items if await may_see(item)]
        cursor = part.next
        if cursor is None or len(found) >= page.limit:
            return Listing(tuple(found), cursor)
