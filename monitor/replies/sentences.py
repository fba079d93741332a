"""What a language must say so that a reply can be drafted in it."""

from dataclasses import dataclass

ANY = ""
"""The key of what is said where a theme has no words of its own."""
Ways = tuple[str, ...]
"""The same said in several ways, any of which fits beside any way of the other parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """All that drafts say in one language. `{name}` and the like stand for what is filled in, see `monitor.replies`.

    `empathy` and `step` are by theme; `ANY` is for all other subjects. No step claims that something has been done:
    the draft is read and sent by the person who then does it. Nothing here grants money or goods, and nothing says
    whose fault it was: that is for `offer`, and for people.
    """

    tag: str  # BCP 47, as readings name it
    right_to_left: bool = False
    greeting: str
    greeting_unnamed: str
    opening: Ways
    empathy: dict[str, Ways]
    apology: Ways
    ownership: Ways  # who looks after it: {agent}
    step: dict[str, str]
    promise: Ways  # until when they hear of it: {by}
    ask_order: str  # asks for the order's number, never in public
    alternative: str
    offer: str
    closing: str
    thanks: Ways  # where a text praises
    passed_on: Ways  # after the thanks
    follow_up: str  # some days after it was solved
    by: dict[int, str]  # the moment until when, by the hour from which on it is said so: {weekday}, {time}, {clock}
    weekdays: tuple[str, str, str, str, str, str, str]  # Monday first
