"""Drafts replies in the customer's language: by name, with empathy, an apology, ownership and a concrete step.

A draft is words for a person to read, change and send; nothing here sends anything. Each part can be said in several
ways, chosen by the number of the complaint: answers below one another are not copies, and one complaint's draft is
the same however often it is written.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from monitor.replies.filling import PLACES, fill, keep_apart, missing, name_to_greet
from monitor.replies.options import ReplyOptions, TemplateOptions
from monitor.replies.phrases import SHIPPED
from monitor.replies.sentences import ANY, Phrases, Ways

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
_Said = TypeVar("_Said", str, Ways)
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
    public: bool = True  # others read the answer too: what is personal is asked for in a private message
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


def draft(complaint: Complaint, wish: Wish, options: ReplyOptions, zone: ZoneInfo, *, variant: int = 0) -> Draft:
    """A reply to a complaint, or thanks for praise; `zone` is the customer's, in which `by` is told.

    `variant` is any number that the complaint keeps, such as its id: it chooses the way in which things are said.
    """
    phrases = SHIPPED.get(wish.language)
    values = _values(complaint, wish, options, phrases or SHIPPED[ENGLISH], zone)
    chosen = next(
        (one for one in options.templates if (one.name, one.language) == (wish.template, wish.language)), None
    )
    if chosen is not None:
        text = chosen.text
    elif phrases is not None:
        write = _thanks if complaint.praise else _answer
        values = _within_sentences(values)
        text = write(complaint, wish, phrases, values, variant)
    else:
        return draft(complaint, replace(wish, language=ENGLISH, template=""), options, zone, variant=variant)
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
    apart = keep_apart if phrases.right_to_left and phrases.tag == wish.language else str
    return {place: apart(value) for place, value in known.items() if value}


def _within_sentences(values: dict[str, str]) -> dict[str, str]:
    """Offer and alternative stand within a sentence of ours: the full stop that the operator wrote is one too many."""
    return {
        place: value.rstrip(" .۔") if place in ("offer", "alternative") else value for place, value in values.items()
    }


def _moment(moment: datetime, phrases: Phrases) -> str:
    words = phrases.by[max(hour for hour in phrases.by if hour <= moment.hour)]
    clock = f"{moment.hour % 12 or 12}:{moment:%M}"
    return fill(words, {"weekday": phrases.weekdays[moment.weekday()], "time": f"{moment:%H:%M}", "clock": clock})


def _answer(complaint: Complaint, wish: Wish, phrases: Phrases, values: dict[str, str], variant: int) -> str:
    empathy = _of_theme(phrases.empathy, complaint)
    opening, apology, ownership, promise, feeling = _one_way_each(
        variant, (phrases.opening, phrases.apology, phrases.ownership, phrases.promise, empathy)
    )
    sentences = [
        f"{opening} {feeling} {apology}",
        f"{ownership} {_of_theme(phrases.step, complaint)} {promise}",
        phrases.ask_order if wish.ask_order else "",
        phrases.alternative if "alternative" in values else "",
        phrases.offer if "offer" in values else "",
    ]
    return _letter(phrases, values, sentences)


def _thanks(_complaint: Complaint, _wish: Wish, phrases: Phrases, values: dict[str, str], variant: int) -> str:
    return _letter(phrases, values, [" ".join(_one_way_each(variant, (phrases.thanks, phrases.passed_on)))])


def _one_way_each(variant: int, parts: tuple[Ways, ...]) -> list[str]:
    """One way of each part.

    Numbers next to each other differ in nearly every part, and every combination comes before one comes again: a
    number is read in the mixed base of the parts' lengths, each of its digits shifted by those below it.
    """
    chosen, combinations = [], 1
    for ways in parts:
        above, below = divmod(variant, combinations)
        chosen.append(ways[(above + below) % len(ways)])
        combinations *= len(ways)
    return chosen


def _letter(phrases: Phrases, values: dict[str, str], sentences: list[str]) -> str:
    greeting = phrases.greeting if "name" in values else phrases.greeting_unnamed
    return "\n\n".join(filter(None, (greeting, *sentences, phrases.closing)))


def _of_theme(words: dict[str, _Said], complaint: Complaint) -> _Said:
    """What is said of the first theme that has words of its own."""
    return next((words[theme] for theme in complaint.themes if theme in words), words[ANY])
