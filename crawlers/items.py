"""What a spider hands over passes the edge that all texts pass: the names of it that crawlers use."""

from monitor.edge import (
    LONGEST_ID,
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_URL,
    MOST_MEDIA,
    Rejected,
    as_json,
    check,
    is_plausible,
    is_web_address,
    plain,
)

__all__ = [
    "LONGEST_ID",
    "LONGEST_NAME",
    "LONGEST_TEXT",
    "LONGEST_TITLE",
    "LONGEST_URL",
    "MOST_MEDIA",
    "Rejected",
    "as_json",
    "check",
    "is_plausible",
    "is_web_address",
    "plain",
]
