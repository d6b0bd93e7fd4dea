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
    most: int | None = None,
) -> Listing[T]:
    """The next `page.limit` items that `may_see` lets through, taken from as many pages as it needs.

    Where so many as `most` were looked at, it ends with fewer, and the list goes on from there.
    """
    found: list[T] = []
    cursor = page.cursor
    looked_at = 0
    while True:
        part = await fetch(replace(page, limit=page.limit - len(found), cursor=cursor))
        found += [item for item in part.items if await may_see(item)]
        cursor = part.next
        looked_at += len(part.items)
        enough = len(found) >= page.limit or (most is not None and looked_at >= most)
        if cursor is None or enough:
            return Listing(tuple(found), cursor)
