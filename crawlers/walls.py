"""Recognises the pages that keep programs out, whatever status they come with."""

import re

LOOKED_AT = 20_000
"""Letters of a page; its title and the scripts of a wall stand at the beginning."""

_SIGNS = {
    "captcha": "a captcha",
    "are you a human": "a question whether we are human",
    "cf-chl-": "a check by Cloudflare",
    "attention required! | cloudflare": "a check by Cloudflare",
    "datadome": "a check by DataDome",
    "whoa there, pardner": "Reddit's page for programs",
    "unusual traffic": "a page about unusual traffic",
    "enable javascript and cookies": "a check of the browser",
}
_PAGE = re.compile(r"^\s*(<!doctype html|<html|<head|<body|<!--)", re.I)
_TITLE = re.compile(
    r"<title[^>]*>\s*(just a moment|attention required|access denied|access to this page has been denied"
    r"|are you a human|are you a robot|robot check|security check|pardon our interruption|verify you are human"
    r"|please verify|captcha|ddos-guard|too many requests|you have been blocked|request blocked|bot verification)",
    re.I,
)


def is_page(text: str) -> bool:
    """Whether an answer is a page for people."""
    return _PAGE.match(text[:LOOKED_AT]) is not None


def wall_in(page: str) -> str:
    """What stands in the way, in a few words; "" when it looks like no wall.

    For an answer that is not what was asked for: a page that is, may well carry a captcha for those who write.
    """
    lower = page[:LOOKED_AT].lower()
    return next((words for sign, words in _SIGNS.items() if sign in lower), "") or titled_wall_in(page)


def titled_wall_in(page: str) -> str:
    """The same, but by the page's title alone: for pages of people, of which only their lack of texts is odd."""
    found = _TITLE.search(page[:LOOKED_AT])
    return f"a page titled {' '.join(found[1].split()).capitalize()!r}" if found else ""
