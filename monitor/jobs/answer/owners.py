"""Who should own which case: the people of the config, or those who answered lately, with what they carry."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from monitor import cases
from monitor.cases import Candidate, Suggestion
from monitor.config import PersonOptions, Settings
from monitor.facts import Role
from monitor.store import cases as store
from monitor.store import complaints, owners
from monitor.store.owners import Carried

LATELY = timedelta(days=14)
"""So far back counts what somebody carried, and who answered."""
_NOTHING = Carried(0, 0, 0)


def suggest(
    session: Session, settings: Settings, case_ids: Collection[int], now: datetime
) -> dict[int, tuple[Suggestion, ...]]:
    """Who should own each of these cases, the best first; nothing is written. Five queries, however many cases.

    Where the config names no people, those who answered in the last days are suggested. The owner of a case is not.
    """
    wanted = store.cases_of(session, case_ids)
    about = complaints.abouts(session, [(case.mention_id, case.brand_id) for case in wanted])
    people = candidates(session, settings, now)
    return {
        case.id or 0: cases.suggest(
            [one for one in people if one.name != case.owner],
            language=about[case.mention_id].language,
            themes=about[case.mention_id].themes,
            hostile=case.hostile,
        )
        for case in wanted
        if case.mention_id in about
    }


def candidates(session: Session, settings: Settings, now: datetime) -> list[Candidate]:
    """Everybody who could own a case, with what they carry; of the config those who may work on cases."""
    lately = owners.carried(session, now - LATELY)
    people = [one for one in settings.people if one.role.rank >= Role.AGENT.rank]
    if settings.people:
        loads = owners.loads(session, [one.name for one in people])
        return [_candidate(one, loads, lately) for one in people]
    names = [name for name, what in lately.items() if what.answered]
    loads = owners.loads(session, names)
    return [Candidate(name, load=loads.get(name, 0), **lately[name]._asdict()) for name in names]


def _candidate(person: PersonOptions, loads: dict[str, int], lately: dict[str, Carried]) -> Candidate:
    return Candidate(
        person.name,
        person.languages,
        person.themes,
        person.most,
        loads.get(person.name, 0),
        **lately.get(person.name, _NOTHING)._asdict(),
    )
