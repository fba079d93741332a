"""Messages as Slack's blocks: within Slack's limits, with outside text as plain text that pings nobody."""

import json
import re
from collections.abc import Iterator
from typing import Any

from monitor.alerting.rows import in_line
from monitor.alerting.text import clip
from monitor.facts import Message, Quote, Section

# Limits as documented at https://docs.slack.dev/reference/block-kit (blocks) and .../composition-objects.
MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_SECTION = 3000
MAX_FIELDS = 10
MAX_FIELD = 2000
MAX_BUTTON = 75
MAX_BUTTONS = 5
MAX_BLOCK_ID = 255
MAX_SIZE = 10_000
"""Of all blocks as JSON. Slack names no limit, yet refuses more than 12,000 to 13,200 characters in all with
`msg_blocks_too_long` (slackapi/bolt-js, issues 2509 and 2867)."""
MAX_ADDRESSES = 4_000  # characters of all that the buttons of the last rows lead to
_LONGEST_ADDRESS = 2_000  # of a quote, as in `text.web_address`
_SHARES = (1.0, 0.5, 0.25, 0.125)
"""How much of each text is shown: the largest share with which all blocks together are small enough."""

_Block = dict[str, Any]


def body_of(message: Message) -> dict[str, Any]:
    """`text` is what notifications and screen readers tell, `blocks` are what people read."""
    told = f"{message.subject}. {message.sentence}"
    return {"text": _inert(_escaped(told, MAX_SECTION // 2)), "blocks": _fitted(message)}


def _fitted(message: Message) -> list[_Block]:
    """All texts are cut alike until the whole is small enough; then parts are left out from the end of the middle."""
    for share in _SHARES:
        head, middle, tail = _head(message, share), list(_middle(message, share)), _tail(message, share)
        blocks = [*head, *middle[: MAX_BLOCKS - len(head) - len(tail)], *tail]
        if _size(blocks) <= MAX_SIZE:
            return blocks
    while middle and _size([*head, *middle, *tail]) > MAX_SIZE:
        middle.pop()
    return [*head, *middle[: MAX_BLOCKS - len(head) - len(tail)], *tail]


def _size(blocks: list[_Block]) -> int:
    return _length(json.dumps(blocks, ensure_ascii=False))


def _head(message: Message, share: float) -> list[_Block]:
    title = {"block_id": clip(message.key, MAX_BLOCK_ID // 2), **_header(message.subject)}
    return [title, _section(message.sentence, share)]


def _header(text: str) -> _Block:
    return {"type": "header", "text": _plain(text, MAX_HEADER)}


def _section(text: str, share: float) -> _Block:
    return {"type": "section", "text": _plain(text, int(MAX_SECTION * share))}


def _middle(message: Message, share: float) -> Iterator[_Block]:
    """What is between the headline and the next step. A report is told in brief: its facts say what its sections do."""
    if message.sections and message.kind != "report":
        yield from _sections(message.sections, share)
        return
    fields = [_plain(f"{label}\n{value}", int(MAX_FIELD * share)) for label, value in message.facts]
    for part in _rows(fields, MAX_FIELDS):
        yield {"type": "section", "fields": part}
    for quote in message.quotes:
        yield from _quoted(quote, share)


def _sections(sections: tuple[Section, ...], share: float) -> Iterator[_Block]:
    """Title and lines of each section. Quotes are for the room that is left, those of the first sections first."""
    room = MAX_BLOCKS - MAX_BUTTONS - 2 * len(sections)
    for section in sections:
        yield _header(section.title)
        if section.rows:
            yield _section("\n".join(f"• {in_line(row)}" for row in section.rows), share)
        for quote in section.quotes:
            blocks = _quoted(quote, share)
            room -= len(blocks)
            if room >= 0:
                yield from blocks


def _quoted(quote: Quote, share: float) -> list[_Block]:
    section = _section(f"“{quote.text}”", share)
    if quote.url and len(quote.url) <= _LONGEST_ADDRESS * share:
        section["accessory"] = _button("Read it there", quote.url)
    where = " · ".join(filter(None, (quote.author, quote.source, f"{quote.published_at:%d %b %H:%M}")))
    return [section, {"type": "context", "elements": [_plain(where, int(MAX_FIELD * share))]}]


def _tail(message: Message, share: float) -> list[_Block]:
    """The next step, and the buttons: each opens a page, so that nothing is changed by a look."""
    rows = [{"type": "actions", "elements": row} for row in _rows(list(_buttons(message)), MAX_BUTTONS)]
    return [_section(f"Next: {message.next_step}", share), *rows] if message.next_step else rows


def _buttons(message: Message) -> Iterator[_Block]:
    room = MAX_ADDRESSES - len(message.link)
    if message.link:
        yield _button("Open in Emberwatch", message.link, style="primary")
    for link in message.links[:MAX_BUTTONS]:
        room -= len(link.url)
        if room >= 0:
            yield _button(link.label, link.url)


def _rows(parts: list[_Block], longest: int) -> list[list[_Block]]:
    return [parts[i : i + longest] for i in range(0, len(parts), longest)]


def _button(label: str, url: str, **more: str) -> _Block:
    return {"type": "button", "text": _plain(label, MAX_BUTTON), "url": url, **more}


def _plain(text: str, limit: int) -> _Block:
    """A text object in which Slack reads no markup, no mentions and no :emoji: names."""
    return {"type": "plain_text", "text": _escaped(text or "–", limit), "emoji": False}


def _escaped(text: str, limit: int) -> str:
    """Text with `&<>` escaped and group mentions broken, cut before escaping so that no entity is ever halved."""
    room = limit
    while (size := _length(out := _escape(clip(text, room)))) > limit:
        room = room * limit // size - 1
    return out


def _escape(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"@(?=here|channel|everyone|group)", "@\u2060", text, flags=re.IGNORECASE)


def _length(text: str) -> int:
    """Length in UTF-16 units: the largest that Slack may count, an emoji is two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _inert(text: str) -> str:
    """Keep `*bold*`, `_italics_`, `~struck~` and `code` from being read as markup, by an invisible word joiner."""
    return re.sub(r"([*_~`])", "\u2060\\1", text)
