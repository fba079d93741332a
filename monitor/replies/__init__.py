"""Drafts replies in the customer's language: by name, with empathy, an apology, ownership and a concrete step.

A draft is words for a person to read, change and send; nothing here sends anything.
"""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.replies.filling import PLACES, fill, missing, name_to_greet
from monitor.replies.options import ReplyOptions, TemplateOptions
from monitor.replies.phrases import SHIPPED
from monitor.replies.sentences import ANY, Phrases

__all__ = [
    "ENGLISH",
    "PLACES",
    "SHIPPED",
    "Complaint",
    "Draft",
    "ReplyOptions",
    "TemplateOptions",
    "Wish",
    "draft",
    "follow_up",
    "language_for",
    "name_to_greet",
    "templates_for",
]
ENGLISH = "en"
_NEAREST = {"te-Latn": "te", "fil": "tl", "hi-Latn": "ur-Latn"}
"""Whoever writes the first can be answered in the second; no other language is guessed."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a reply is to: themes by their share, largest first; `name` as the place shows it."""

    brand: str
    language: str
    name: str = ""
    themes: tuple[str, ...] = ()
    theme_names: dict[str, str] = field(default_factory=dict)
    public: bool = True  # others read the answer too: it asks for nothing personal
    praise: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person who answers wants in it."""

    language: str
    agent: str
    by: datetime | None = None  # when it is to be solved
    offer: bool = False
    alternative: bool = False
    ask_order: bool = False
    template: str = ""  # the name of one of the operator's own; "": the shipped sentences


@dataclass(frozen=True, slots=True)
class Draft:
    """The words, and the places that nothing was known for: they stand in braces, to be filled by hand."""

    text: str
    language: str
    missing: tuple[str, ...] = ()


def language_for(complaint_language: str, options: ReplyOptions) -> str:
    """The language to answer in: the customer's, one they read, or English."""
    for wanted in (complaint_language, _NEAREST.get(complaint_language, "")):
        if wanted in options.languages:
            return wanted
    return ENGLISH


def templates_for(complaint: Complaint, language: str, options: ReplyOptions) -> tuple[TemplateOptions, ...]:
    """The operator's templates of a language, those for the complaint's themes first, then those for all."""
    own = [one for one in options.templates if one.language == language]
    rank = {theme: position for position, theme in enumerate(complaint.themes)}
    fitting = [one for one in own if not one.theme or one.theme in rank]
    return tuple(sorted(fitting, key=lambda one: rank.get(one.theme, len(rank))))


def draft(complaint: Complaint, wish: Wish, options: ReplyOptions, zone: ZoneInfo) -> Draft:
    """A reply to a complaint, or thanks for praise; `zone` is the customer's, in which `by` is told."""
    phrases = SHIPPED.get(wish.language)
    values = _values(complaint, wish, options, phrases or SHIPPED[ENGLISH], zone)
    chosen = next(
        (one for one in options.templates if (one.name, one.language) == (wish.template, wish.language)), None
    )
    if chosen is not None:
        text = chosen.text
    elif phrases is not None:
        text = _thanks(phrases, values) if complaint.praise else _answer(complaint, wish, phrases, values)
    else:
        return draft(complaint, Wish(ENGLISH, wish.agent, wish.by, wish.offer, wish.alternative), options, zone)
    return Draft(fill(text, values), wish.language, missing(text, values))


def follow_up(complaint: Complaint, wish: Wish, options: ReplyOptions, zone: ZoneInfo) -> Draft:
    """A short word some days after it was solved: whether it stayed so."""
    phrases = SHIPPED.get(wish.language, SHIPPED[ENGLISH])
    values = _values(complaint, wish, options, phrases, zone)
    text = _letter(phrases, values, [phrases.follow_up])
    return Draft(fill(text, values), phrases.tag, missing(text, values))


def _values(
    complaint: Complaint, wish: Wish, options: ReplyOptions, phrases: Phrases, zone: ZoneInfo
) -> dict[str, str]:
    theme = next(iter(complaint.themes), "")
    known = {
        "name": name_to_greet(complaint.name),
        "brand": complaint.brand,
        "agent": wish.agent,
        "by": _moment(wish.by.astimezone(zone), phrases) if wish.by else "",
        "theme": complaint.theme_names.get(theme, theme),
        "offer": options.offer.get(wish.language, "") if wish.offer else "",
        "alternative": options.alternative.get(wish.language, "") if wish.alternative else "",
    }
    return {place: value for place, value in known.items() if value}


def _moment(moment: datetime, phrases: Phrases) -> str:
    return fill(phrases.by, {"weekday": phrases.weekdays[moment.weekday()], "time": f"{moment:%H:%M}"})


def _answer(complaint: Complaint, wish: Wish, phrases: Phrases, values: dict[str, str]) -> str:
    sentences = [
        f"{_of_theme(phrases.empathy, complaint)} {phrases.apology}",
        f"{phrases.ownership} {_of_theme(phrases.step, complaint)}",
        phrases.ask_order if wish.ask_order else "",
        phrases.alternative if "alternative" in values else "",
        phrases.offer if "offer" in values else "",
    ]
    return _letter(phrases, values, sentences)


def _thanks(phrases: Phrases, values: dict[str, str]) -> str:
    return _letter(phrases, values, [phrases.thanks])


def _letter(phrases: Phrases, values: dict[str, str], sentences: list[str]) -> str:
    greeting = phrases.greeting if "name" in values else phrases.greeting_unnamed
    return "\n\n".join(filter(None, (greeting, *sentences, phrases.closing)))


def _of_theme(words: dict[str, str], complaint: Complaint) -> str:
    """What is said of the first theme that has words of its own."""
    return next((words[theme] for theme in complaint.themes if theme in words), words[ANY])
