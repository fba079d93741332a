"""Makes the address of a list's next page out of the cursor that an answer gives."""

import re

from w3lib.url import add_or_replace_parameter

from crawlers.base import FormatChanged

_PLAIN = re.compile(r"[\x21-\x7e]{1,2000}")


def next_page(url: str, name: str, cursor: object) -> str:
    """The address with the cursor as its parameter `name`; "" where there is none, which ends the list."""
    if cursor is None or cursor == "":
        return ""
    if not isinstance(cursor, str) or not _PLAIN.fullmatch(cursor):
        raise FormatChanged(f"the cursor for {name!r} has changed")
    return str(add_or_replace_parameter(url, name, cursor))
