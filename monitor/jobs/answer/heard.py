"""What customers say later is linked to their case: another text, an answer to a survey, their own text changed."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from monitor.cases import Action, hearing
from monitor.cases.hearing import LaterText, Listening
from monitor.doors import survey
from monitor.errors import AnswerRefused
from monitor.facts import LARGEST_NUMBER, RULES, MentionKind
from monitor.jobs.answer.cases import act
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.models import Relation
from monitor.replies.filling import names_nobody
from monitor.store import authors, complaints
from monitor.store import heard as store
from monitor.store.heard import Edited, Said, Theirs
from monitor.store.reached import Reached

log = get_logger(__name__)

AT_ONCE = 500
PAGES_A_LOOK = 20
"""An import of a million texts is gone through over many looks, between which the other jobs have their turn."""
YOUNG = timedelta(days=30)
"""What was published earlier is no news, however late it was found."""
TRIES = 3
_CASE = re.compile(r"case ([0-9]{1,15})")


@dataclass
class Looks:
    """How far the last look went, in the memory of one process."""

    reading: Reached | None = None  # ids of assessments
    mention: Reached | None = None  # ids of texts that answer others
    again: set[int] = field(default_factory=set)  # texts that were not read yet, or whose case just changed


@dataclass(frozen=True, slots=True)
class _Heard:
    """A text that belongs to a case, and what the history says of it."""

    case_id: int
    mention_id: int
    note: str
    counter: str
    complains: bool
    link: Callable[[], bool]


def run(context: Context, looks: Looks | None = None) -> Counters:
    """Link what was read since the last look, and what is found changed. Twice is once."""
    looks = looks or Looks()
    counters: Counters = Counter()
    for some in _pages(context, looks):
        for heard in _later(context, some, looks):
            counters[_tell(context, heard, looks)] += 1
    for edit in store.edited(context.session):
        counters[_tell(context, _changed(context, edit), looks)] += 1
    return counters


def _pages(context: Context, looks: Looks) -> Iterator[list[int]]:
    """Texts to look at, some hundreds at a time: what was left, what was read, and answers that name no brand."""
    session = context.session
    left = sorted(looks.again)
    for start in range(0, len(left), AT_ONCE):
        some = left[start : start + AT_ONCE]
        looks.again.difference_update(some)
        yield some
    readings, answers = _begun(session, looks)
    for _ in range(PAGES_A_LOOK):
        read = store.read_since(session, readings, AT_ONCE)
        said = store.answers_since(session, answers, AT_ONCE)
        if context.stopping():
            return
        if read or said:
            yield [*{mention_id for _, mention_id in read} | set(said)]
        _note(readings, [reading for reading, _ in read])
        _note(answers, said)
        if len(read) < AT_ONCE and len(said) < AT_ONCE:
            return


def _begun(session: Session, looks: Looks) -> tuple[Reached, Reached]:
    """How far readings and answers were looked at; after a start, so far back as to be sure."""
    reading, mention = complaints.newest_reading(session), store.newest_mention(session)
    looks.reading = looks.reading or Reached(max(0, reading - store.LOOK_BACK))
    looks.mention = looks.mention or Reached(store.newest_mention(session, before=store.LOOK_BACK))
    looks.reading.begin(session, reading)
    looks.mention.begin(session, mention)
    return looks.reading, looks.mention


def _note(reached: Reached, numbers: Sequence[int]) -> None:
    for number in numbers:
        reached.looked(number)
    if len(numbers) < AT_ONCE:
        reached.end()


def _later(context: Context, mention_ids: Collection[int], looks: Looks) -> list[_Heard]:
    """Those of the texts that belong to a case and are not linked yet; one with its own case is its own complaint."""
    session = context.session
    known = store.placed(session, mention_ids)
    fresh = [number for number in mention_ids if number not in known]
    said = store.texts(session, fresh, context.now - YOUNG) if fresh else []
    answered = _answered(context, [text for text in said if text.kind is MentionKind.SURVEY and text.read])
    theirs = store.cases_of(session, {text.author_id for text in said if text.author_id and _is_somebody(text)})
    mine = [text for text in said if text.author_id in theirs and text.mention_id not in answered]
    brands = store.about(session, [text.mention_id for text in mine])
    looks.again |= {text.mention_id for text in mine if not text.read}
    again = (
        _again(context, text, theirs[text.author_id or 0], brands.get(text.mention_id, set()))
        for text in mine
        if text.read
    )
    return [*answered.values(), *(one for one in again if one is not None)]


def _is_somebody(text: Said) -> bool:
    """Whether it is one person's name: “A Google user” is many people."""
    return not names_nobody(text.author_name or "")


def _again(context: Context, text: Said, theirs: list[Theirs], brands: set[int]) -> _Heard | None:
    """A text by the author of a case, with the case that it belongs to."""
    later = _facts(text)
    cases = [Listening(*one[1:5], *one[5:]) for one in theirs]
    case = hearing.belongs_to(later, cases, brands, context.now)
    if case is None:
        return None
    return _Heard(
        case.case_id,
        text.mention_id,
        hearing.wrote_again(later),
        "customers_wrote_again",
        hearing.complains_after(case.solved_at, text.published_at, text.label),
        _linking(context, case.case_id, text.mention_id, Relation.LATER),
    )


def _answered(context: Context, answers: list[Said]) -> dict[int, _Heard]:
    """Answers that came by the link of a case: what they are known by proves that we signed it."""
    told = {text.mention_id: number for text in answers if (number := _number(text.item))}
    rounds = store.case_rounds(context.session, sorted(set(told.values()))) if told else {}
    if not rounds:
        return {}
    key = survey.form_key(authors.installation_key(context.session))
    found = {}
    for text in answers:
        case_id = told.get(text.mention_id, 0)
        if case_id in rounds and _is_signed(key, text, case_id, rounds[case_id][0]):
            found[text.mention_id] = _survey(context, text, case_id, rounds[case_id][1])
    return found


def _number(item: str) -> int:
    said = _CASE.fullmatch(item)
    return int(said[1]) if said and int(said[1]) <= LARGEST_NUMBER else 0


def _is_signed(key: str, text: Said, case_id: int, reopened: int) -> bool:
    names = (survey.name_of_case(case_id, number) for number in range(reopened + 1))
    return any(survey.answer_id(key, text.host, name) == text.external_id for name in names)


def _survey(context: Context, text: Said, case_id: int, solved_at: datetime | None) -> _Heard:
    return _Heard(
        case_id,
        text.mention_id,
        hearing.answered_survey(_facts(text)),
        "customers_answered_survey",
        hearing.complains_after(solved_at, text.published_at, text.label),
        _linking(context, case_id, text.mention_id, Relation.SURVEY),
    )


def _changed(context: Context, edit: Edited) -> _Heard:
    now_said = LaterText(edit.mention_id, edit.edited_at, edit.label, rating=edit.rating, best=edit.best)
    return _Heard(
        edit.case_id,
        edit.mention_id,
        hearing.changed_text(now_said, edit.rating_before),
        "customers_changed_text",
        hearing.complains_after(edit.solved_at, edit.edited_at, edit.label),
        lambda: store.link_edit(context.session, edit.case_id, edit.mention_id, edit.edited_at, context.now),
    )


def _linking(context: Context, case_id: int, mention_id: int, relation: Relation) -> Callable[[], bool]:
    return lambda: store.link(context.session, case_id, mention_id, relation, context.now)


def _facts(text: Said) -> LaterText:
    return LaterText(
        text.mention_id, text.published_at, text.label, text.parent_id, text.root_id, text.rating, text.best
    )


def _tell(context: Context, heard: _Heard, looks: Looks) -> str:
    """Link it and note it in the case, in one commit; the counter of what was done."""
    due = context.now if heard.complains else None
    for _ in range(TRIES):  # a person may change the case at this moment: the rules then look at it anew
        if not heard.link():
            context.session.commit()
            return "customers_heard_before"
        try:
            act(context.session, heard.case_id, Action.HEARD, RULES, context.now, heard.note, at=due)
        except AnswerRefused:
            context.session.rollback()  # the link too
            continue
        return heard.counter
    looks.again.add(heard.mention_id)
    log.info("case changes too fast to note what its customer said", case=heard.case_id)
    return "customers_to_hear_again"
