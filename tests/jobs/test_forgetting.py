"""Who asks to be forgotten is found nowhere afterwards, is not brought back, and still counts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import AutoString, Session, SQLModel, select

from monitor.errors import AnswerRefused, MonitorError
from monitor.facts import Role
from monitor.jobs.answer import forgetting
from monitor.jobs.answer.forgetting import Asked
from monitor.jobs.context import Context
from monitor.models import (
    Alert,
    AlertState,
    AuditEntry,
    Author,
    CaseEvent,
    Count,
    Mention,
    Reply,
    ReplyState,
    Report,
    Tombstone,
)
from monitor.store import authors, mentions, persons, traces
from monitor.store import forgetting as store
from monitor.store.mentions import Saved
from tests.contexts import make_settings
from tests.factories import NOON, person
from tests.jobs import forgettable
from tests.jobs.forgettable import ANSWERED, COPY, HERS, HOST, HOUR, ID, LATER, NAME, REF, TRACES, URL, World, dumped

BY_AUTHOR = (NAME, f"{REF}@{HOST}", f"{REF} at {HOST}")


@pytest.fixture
def world(session: Session) -> World:
    return forgettable.make(session)


def forget(session: Session, said: str, *, dry: bool = False, role: Role = Role.ADMIN, **more: bool) -> forgetting.Told:
    context = Context(make_settings(), session, NOON + HOUR)
    return forgetting.forget(context, Asked(said, **more), person("Sana", role), dry=dry)


def save(session: Session, world: World, *texts: object) -> list[Saved]:
    key = authors.installation_key(session)
    saved = mentions.save_many(session, [(one, True) for one in texts], source=world.source, now=NOON, author_key=key)  # type: ignore[misc]
    session.commit()
    return saved


def left_of(session: Session, traces: tuple[str, ...] = TRACES) -> list[tuple[str, str, str]]:
    tables = dumped(session)
    return [
        (table, trace, said)
        for table, rows in tables.items()
        for said in rows.values()
        for trace in traces
        if trace.lower() in said.lower()
    ]


def test_the_traces_are_everywhere_before(session: Session, world: World) -> None:
    tables = {table for table, _, _ in left_of(session)}
    assert {"mention", "alert", "report", "case_event", "reply", "run", "saved_view", "search_words"} <= tables


@pytest.mark.parametrize("said", BY_AUTHOR)
def test_no_table_has_a_trace_of_a_forgotten_author(session: Session, world: World, said: str) -> None:
    hers = (world.author.pseudonym, world.author.key_hash)
    forget(session, said)
    assert left_of(session) == []
    assert left_of(session, hers[:1]) == []
    assert {table for table, _, _ in left_of(session, hers[1:])} == {"tombstone"}


def test_by_her_pseudonym_she_is_found_too(session: Session, world: World) -> None:
    assert forget(session, world.author.pseudonym).authors == 1
    assert left_of(session) == []


def test_by_the_address_of_a_text_its_author_is_found(session: Session, world: World) -> None:
    assert forget(session, URL, author=True).texts == 3  # hers, and our answer that names her
    assert left_of(session) == []


def test_of_an_address_that_text_alone_is_forgotten(session: Session, world: World) -> None:
    told = forget(session, URL.replace("https", "http") + "/")
    kept = session.exec(select(Author.display_name).where(Author.id == world.author.id)).one_or_none()
    assert told.texts == 3
    assert kept is None  # what she wrote later belongs to the case, and was all else that she wrote


def test_all_counts_stay(session: Session, world: World) -> None:
    before = dumped(session)
    forget(session, NAME)
    after = dumped(session)
    assert after["count"] == before["count"]
    assert before["count"]
    assert after["mention"].keys() == before["mention"].keys()
    assert after["mention_brand"] == before["mention_brand"]


def test_what_others_wrote_stays(session: Session, world: World) -> None:
    forget(session, NAME)
    row = session.exec(select(Mention).where(Mention.external_id == ANSWERED.external_id)).one()
    message = session.exec(select(Alert.message).where(Alert.state == AlertState.PENDING)).one()
    assert (row.text, row.parent_id, row.item) == (ANSWERED.text, world.hers.id, "")
    assert [quote["text"] for quote in message["quotes"]] == ["(forgotten)", "Another customer wrote this."]


def test_the_next_crawl_does_not_bring_it_back(session: Session, world: World) -> None:
    forget(session, NAME)
    before = dumped(session)
    again = save(session, world, HERS, replace(HERS, text="The samovar, edited."), replace(HERS, author_ref=""), LATER)
    assert again == [Saved.FORGOTTEN] * 4
    assert dumped(session) == before


def test_what_a_forgotten_author_writes_later_is_dropped_unless_only_the_past_was_meant(
    session: Session, world: World
) -> None:
    new = replace(HERS, external_id="post-9000", url=f"https://{HOST}/t/9000", text="A new text.")
    forget(session, NAME, only_past=True)
    assert save(session, world, new, HERS) == [Saved.NEW, Saved.FORGOTTEN]
    forget(session, f"{REF}@{HOST}")
    assert save(session, world, replace(new, external_id="post-9001")) == [Saved.FORGOTTEN]


def test_a_later_answer_to_it_says_nothing_of_what_it_answers(session: Session, world: World) -> None:
    forget(session, NAME)
    late = replace(ANSWERED, external_id="answer-99", text="Any news here?", author_ref="cleo")
    assert save(session, world, late, ANSWERED) == [Saved.NEW, Saved.UNCHANGED]
    assert left_of(session) == []


def test_somebody_can_be_forgotten_before_anything_is_stored(session: Session, world: World) -> None:
    told = forget(session, f"cleo@{HOST}")
    assert (told.texts, told.authors) == (0, 0)
    assert save(session, world, replace(ANSWERED, external_id="x-1", author_ref="cleo")) == [Saved.FORGOTTEN]


def test_twice_is_once(session: Session, world: World) -> None:
    forget(session, f"{REF}@{HOST}")
    before = dumped(session)
    told = forget(session, f"{REF}@{HOST}")
    after = dumped(session)
    assert (told.texts, told.authors, told.rows) == (0, 0, {})
    assert {name for name in before if after[name] != before[name]} == {"audit_entry"}


def test_what_was_cut_short_is_completed_by_the_next_one(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 1)
    whole, calls = store.forget, []

    def dies(*args: object) -> store.Taken:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "forget", dies)
    new = replace(HERS, external_id="post-9000", text="Another samovar text of hers, quite long.")
    save(session, world, new)
    with pytest.raises(KeyboardInterrupt):
        forget(session, URL, author=True)
    session.rollback()
    assert left_of(session)
    forget(session, URL, author=True)
    assert left_of(session) == []


def test_cases_keep_their_history_and_lose_her_name(session: Session, world: World) -> None:
    told = forget(session, NAME)
    notes = session.exec(select(CaseEvent.note).where(CaseEvent.note != "")).all()
    assert told.cases == [world.case.id]
    assert sorted(notes) == ["Called (forgotten), she is angry.", "Like (forgotten): (forgotten), see there"]


def test_with_notes_goes_all_that_the_team_noted(session: Session, world: World) -> None:
    forget(session, NAME, notes=True)
    assert set(session.exec(select(CaseEvent.note))) == {"", "(forgotten)"}


def test_an_answer_that_is_owed_goes_out_no_more(session: Session, world: World) -> None:
    told = forget(session, NAME)
    states = {row.state: row.text for row in session.exec(select(Reply))}
    assert states == {ReplyState.POSTED: "(forgotten)", ReplyState.CANCELLED: "(forgotten)"}
    assert told.answers_in_public == [f"{URL}#answer"]


def test_what_is_out_is_told(session: Session, world: World) -> None:
    told = forget(session, NAME)
    assert [one["channel"] for one in told.messages_sent] == ["slack-sent", "mail-leads"]
    assert told.reports == [world.report.id]


def test_a_report_keeps_its_figures_and_other_cases_to_practise_with(session: Session, world: World) -> None:
    forget(session, NAME)
    figures = session.exec(select(Report.figures)).one()
    assert figures["mentions"] == 12
    assert figures["practice"] == [{"complaint": "Where is my refund?"}]


def test_copies_by_others_are_counted_and_go_when_asked(session: Session, world: World) -> None:
    save(session, world, COPY)
    copy = session.exec(select(Mention).where(Mention.external_id == COPY.external_id)).one()
    copy.story_id = world.hers.story_id
    session.commit()
    assert forget(session, NAME, dry=True).copies_of_others == 1
    assert forget(session, NAME, copies=True).copies_of_others == 0
    assert left_of(session) == []


def test_a_dry_run_changes_nothing_and_says_what_would_go(session: Session, world: World) -> None:
    before = dumped(session)
    told = forget(session, NAME, dry=True)
    assert (told.texts, told.authors, told.rows["alert"]) == (3, 1, 2)
    assert dumped(session) == before


def test_it_stands_in_the_audit_log_without_what_was_forgotten(session: Session, world: World) -> None:
    forget(session, NAME)
    row = session.exec(select(AuditEntry).order_by(sa.desc(AuditEntry.id))).first()  # type: ignore[arg-type]
    assert row is not None
    assert (row.deed, row.about, row.actor) == ("forget", "3 texts, 1 authors", "Sana")


def test_it_takes_the_highest_role(session: Session, world: World) -> None:
    with pytest.raises(AnswerRefused, match="takes the role admin"):
        forget(session, NAME, role=Role.LEAD)
    assert left_of(session)


@pytest.mark.parametrize("said", ["Nobody Known", "https://forum.example/none", "author ffffffffff"])
def test_who_is_not_known_is_told(session: Session, world: World, said: str) -> None:
    with pytest.raises(MonitorError, match="nothing is stored"):
        forget(session, said)


def test_of_several_one_has_to_be_named(session: Session, world: World) -> None:
    save(session, world, replace(HERS, external_id="p-2", host="other.example", author_ref="j2"))
    with pytest.raises(MonitorError, match="2 are known by that"):
        forget(session, NAME)
    assert forget(session, NAME, every=True).authors == 2
    assert left_of(session, (NAME,)) == []


def test_all_that_is_touched_was_given_out(session: Session, world: World) -> None:
    before = dumped(session)
    subject = persons.resolve(session, NAME)
    ids = persons.texts_of(session, subject)
    parts = list(persons.parts(session, [*ids, *persons.belonging(session, ids, subject.names)], subject))
    given = {(part.table, tuple(map(str, part.key))) for part in parts}
    forget(session, NAME)
    after = dumped(session)
    beside = {"search_words", "installation", "alert_thread"}  # an index, a note for a job, what is shown anew
    touched = {
        (table, key)
        for table, rows in before.items()
        for key, said in rows.items()
        if after[table].get(key) != said and table not in beside
    }
    assert touched <= given
    assert len(touched) > 20


def test_what_is_given_out_can_be_read(session: Session, world: World) -> None:
    given = forgetting.person(session, URL, person("Sana"), NOON)
    told = json.dumps(given, ensure_ascii=False)
    assert all(trace in told for trace in (NAME, URL, ID, "seventeen letters", "widow from Quetta", "slack-sent"))
    assert given["tables"]["mention"]["meaning"].startswith("One public text")
    assert "Another customer" not in told


@pytest.mark.sqlite("a database of PostgreSQL is no file of ours")
def test_the_file_has_no_trace_after_it_was_compacted(session: Session, world: World, database_path: Path) -> None:
    forget(session, NAME)
    engine = session.get_bind()
    session.close()
    forgetting.compact(engine)  # type: ignore[arg-type]
    content = b"".join(one.read_bytes() for one in database_path.parent.glob("emberwatch.db*")).lower()
    assert [trace for trace in TRACES if trace.lower().encode() in content] == []


def test_stones_tell_nothing(session: Session, world: World) -> None:
    forget(session, NAME)
    stones = session.exec(select(Tombstone)).all()
    assert len(stones) >= 3
    assert session.exec(select(Count)).all()


def test_every_column_with_words_is_looked_through_or_cleared_or_has_a_reason() -> None:
    words = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, AutoString | sa.String | sa.JSON | sa.LargeBinary)
    }
    looked = {f"{table.__tablename__}.{name}" for table, names in traces.COLUMNS.items() for name in names}
    assert words - looked - CLEARED - OURS == set()
    assert (looked | CLEARED | OURS) - words == set()


CLEARED = {
    "assessment.embedding", "assessment.text_hash", "author.display_name", "author.key_hash", "door_event.event_id",
    "fetch.etag", "fetch.last_modified", "fetch.url", "fetch.url_hash", "media.alt", "media.url",
    "mention.external_id", "mention.host", "mention.item", "mention.language_declared", "mention.parent_ref",
    "mention.quote_ref", "mention.read_error", "mention.repost_ref", "mention.root_ref", "mention.text",
    "mention.text_hash", "mention.title", "mention.url", "mention_version.text", "mention_version.title",
    "praise.person", "search_entry.tags", "story.fingerprint", "story.sketch",
}  # fmt: skip
"""Of the text's own rows, and of what is removed with them."""
OURS = {
    "alert.channel", "alert.held", "alert.key", "alert.reason", "alert.together", "alert_mark.actor",
    "alert_mark.channel", "alert_mark.detector", "alert_mark.reason", "alert_thread.channel",
    "alert_thread.ref", "alert_thread.thread", "assessment.corrected_by", "assessment.language",
    "assessment.model_name", "assessment.model_version", "audit_entry.actor", "audit_entry.deed",
    "audit_entry.login", "brand.name", "brand.slug", "brand.time_zone", "case.owner", "case_event.action",
    "case_event.actor", "channel_health.channel", "count.key", "door_note.name", "finding.detector",
    "finding.key", "found_theme.centre", "found_theme.decided_by", "found_theme.model", "held_finding.detector",
    "held_finding.key", "host.name", "host.not_before_why", "idea.actor", "idea.decided_by", "idea.theme",
    "idea_vote.actor", "incident.acknowledged_by", "incident.key", "incident.marked_by", "incident.owner",
    "incident.spread", "incident.told_sources", "incident_change.actor", "installation.name",
    "installation.value", "job_health.job", "location.name", "location.slug", "rating.item", "rating.key",
    "rating.place", "reply.actor", "reply.language", "reply.poster", "run.counters", "run.job",
    "saved_view.actor", "saved_view.page", "silence.actor", "silence.brand", "silence.ended_by",
    "silence.language", "silence.location", "silence.source", "silence.theme", "source.kind", "source.slug",
    "source_host.host", "spending.period", "spending.quota", "spending.unit", "theme.name", "theme.slug",
    "tombstone.key_hash",
}  # fmt: skip
"""Names that we give: of what is watched, of the team, of jobs and models, and hashes of addresses that we ask."""
