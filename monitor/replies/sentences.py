"""What a language must say so that a reply can be drafted in it."""

from dataclasses import dataclass

ANY = ""
"""The key of what is said where a theme has no words of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """All that drafts say in one language. `{name}` and the like stand for what is filled in, see `monitor.replies`.

    `empathy` and `step` are by theme; `ANY` is for all other subjects. No step claims that something has been done:
    the draft is read and sent by the person who then does it.
    """

    tag: str  # BCP 47, as readings name it
    greeting: str
    greeting_unnamed: str
    empathy: dict[str, str]
    apology: str
    ownership: str
    step: dict[str, str]
    ask_order: str  # asks for the order's number, never in public
    alternative: str
    offer: str
    closing: str
    thanks: str  # where a text praises
    follow_up: str  # some days after it was solved
    by: str  # the moment until when, from {weekday} and {time}
    weekdays: tuple[str, str, str, str, str, str, str]  # Monday first
