"""Turns a text that came as HTML into the words that its readers saw."""

import html
import re

_WITHIN = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strike|strong|"
    "sub|sup|tt|u|var|wbr"
)
"""Names of marks within a word or line."""
_BETWEEN = re.compile(
    "address|article|aside|audio|blockquote|body|br|button|caption|center|col|colgroup|dd|details|div|dl|dt|figcaption|"
    "figure|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|label|legend|li|link|main|meta|nav|noscript|object|"
    "ol|option|p|picture|pre|script|section|select|source|style|summary|svg|table|tbody|td|textarea|tfoot|th|thead|time|"
    "title|tr|ul|video"
)
"""Names of marks that end a line or a word."""
_MARK = re.compile(
    r"""</?+([a-z][a-z0-9]{0,9}+)
        (?:\s++[\w:.@-]++\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=]++))*+
        (?:\s++(?:hidden|disabled|checked|nofollow))*+\s*+/?+>""",
    re.IGNORECASE | re.VERBOSE,
)
"""A start or end mark; attributes have values, so that `if a <b and c> d` stays. Possessive: no text makes it slow."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNREAD = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))


def without_markup(text: str) -> str:
    """The text without the marks of HTML, its entities as the characters they stand for.

    Only what is HTML for certain goes: `a < b`, `I <3 you`, `<name>` and `AT&T` stay as they are.
    """
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if "<" not in text or ">" not in text:
        return text
    for opening, closing in _UNREAD:
        text = _without_stretches(text, opening, closing)
    return _MARK.sub(_in_its_place, text)


def _in_its_place(mark: re.Match[str]) -> str:
    name = mark[1].lower()
    if _WITHIN.fullmatch(name):
        return ""
    return " " if _BETWEEN.fullmatch(name) else mark[0]


def _without_stretches(text: str, opening: str, closing: str) -> str:
    """Without everything from an opening to the next closing; an opening that is never closed stays."""
    lower, kept, start = text.lower(), [], 0
    if len(lower) != len(text):  # a few letters grow by lowering, then places would not fit
        lower = text
    while (first := lower.find(opening, start)) >= 0 and (last := lower.find(closing, first)) >= 0:
        kept += [text[start:first], " "]
        start = last + len(closing)
    return "".join([*kept, text[start:]])
