"""Whatever leaves us does so without the numbers and addresses of customers; what we keep stays as it came."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlmodel import Session, select

from monitor.access import Deed
from monitor.alerting.redacted import redacted
from monitor.cli import main
from monitor.errors import AnswerRefused
from monitor.exports import Form
from monitor.facts import Role, Sentiment
from monitor.jobs import answer, report, wording
from monitor.jobs.answer import exporting
from monitor.jobs.answer.exporting import Shape
from monitor.jobs.outbox import Outbox
from monitor.models import AuditEntry, Brand, Incident, IncidentChange, Mention
from monitor.redaction import Redactor
from monitor.reports import redacted as reports
from monitor.store.corrections import Seen
from monitor.store.exports import CasesWanted, MentionsWanted
from monitor.store.search import Wanted
from tests.alerting import samples
from tests.contexts import BRAND, make_context, make_settings
from tests.factories import (
    NOON,
    make_alert,
    make_brand,
    make_case,
    make_incident,
    make_mention,
    make_source,
    person,
)
from tests.reports.samples import full_figures

TEXT = "Call me: 0300-1234567, ۰۳۲۱۷۶۵۴۳۲۱ or sana@gmail.com. Order 3001234567 never came."
LEAVES = "Call me: [phone], [phone] or [e-mail]. Order 3001234567 never came."


@pytest.fixture
def mention(session: Session) -> Mention:
    brand = make_brand(session, "karak", "Karak House")
    mention = make_mention(session, brand, make_source(session, brand), TEXT, title="Sana 0300-1234567")
    make_case(session, mention, outcome="rang 0300-1234567")
    session.commit()
    return mention


def exported(session: Session, wish: object, role: Role = Role.ADMIN, **shape: object) -> dict[str, object]:
    out = io.BytesIO()
    exporting.export(session, wish, Shape(Form.JSONL, **shape), out, person("Sana", role), NOON)  # type: ignore[arg-type]
    return dict(json.loads(out.getvalue().splitlines()[0]))


@pytest.mark.parametrize("wish", [MentionsWanted((Wanted(1),)), CasesWanted(NOON, (1,))])
def test_exports_are_redacted(session: Session, mention: Mention, wish: object) -> None:
    row = exported(session, wish)
    assert (row["text"], row["title"]) == (LEAVES, "Sana [phone]")
    assert "0300" not in str(row.get("outcome", ""))


def test_who_may_see_names_may_ask_for_the_texts_as_they_are(session: Session, mention: Mention) -> None:
    wish = MentionsWanted((Wanted(1),))
    assert exported(session, wish, Role.LEAD, unredacted=True)["text"] == TEXT
    assert "unredacted" in session.exec(select(AuditEntry.about)).one()
    with pytest.raises(AnswerRefused, match=Deed.SEE_NAMES.value):
        exported(session, wish, Role.AGENT, unredacted=True)


def test_the_operator_may_switch_it_off(session: Session, mention: Mention) -> None:
    off = make_settings(privacy={"redact": False}).redactor
    assert exported(session, MentionsWanted((Wanted(1),)), redactor=off)["text"] == TEXT


def test_an_alert_quotes_without_them_and_cuts_no_number_in_two(session: Session, mention: Mention) -> None:
    mention.text = f"{'slow ' * 54}03001234567"
    make_incident(session, session.get_one(Brand, 1), [mention])
    change, incident = session.exec(select(IncidentChange)).one(), session.exec(select(Incident)).one()
    told = wording.message_of(session, make_settings(), change, incident, session.get_one(Brand, 1), key="1")
    assert "0300" not in str(told)
    assert mention.text.endswith("03001234567")


def test_every_word_of_a_message_is_redacted() -> None:
    told = redacted(samples.several(quotes=(samples.quote(TEXT),), sentence=TEXT, subject=TEXT), Redactor())
    assert [told.sentence, told.subject, *(quote.text for quote in told.quotes)] == [LEAVES] * 3
    assert "0300" not in str(told)


@pytest.mark.parametrize("name", ["sections", "facts", "next_step"])
def test_also_in_the_parts_of_a_message(name: str) -> None:
    rows = {"sections": samples.several().sections, "facts": (("Why", TEXT),), "next_step": TEXT}
    if name == "sections":
        section = rows["sections"][0]
        rows["sections"] = (type(section)("x", (type(section.rows[0])(TEXT, TEXT, TEXT),), (samples.quote(TEXT),)),)  # type: ignore[index]
    assert "0300-1234567" not in str(redacted(samples.message(**{name: rows[name]}), Redactor()))


def test_a_message_that_was_stored_before_goes_out_redacted(
    session: Session, mention: Mention, capsys: pytest.CaptureFixture[str]
) -> None:
    from monitor.alerting import stored

    incident = make_incident(session, session.get_one(Brand, 1), [mention])
    change = session.exec(select(IncidentChange).where(IncidentChange.incident_id == incident.id)).one()
    message = stored.to_dict(samples.message(quotes=(samples.quote(TEXT),)))
    make_alert(session, change, "console", "pending", message=message, next_try_at=NOON, due_at=NOON)
    Outbox(make_context(session, NOON + timedelta(minutes=1))).run()
    told = "".join(capsys.readouterr())
    assert "[phone]" in told
    assert "0300-1234567" not in told


def test_reports_quote_without_them() -> None:
    figures = full_figures()
    quoted = figures.complaints[0].quotes[0].model_copy(update={"text": TEXT})
    theme = figures.complaints[0].model_copy(update={"quotes": (quoted,)})
    before = figures.model_copy(update={"complaints": (theme,)})
    after = reports.redacted(before, Redactor())
    assert after.complaints[0].quotes[0].text == LEAVES
    assert after.model_copy(update={"complaints": (theme,)}) == before


def test_a_report_is_redacted_when_it_is_made(session: Session, mention: Mention) -> None:
    made = report.make_report(session, make_settings(), "karak", "2026-W10", NOON + timedelta(days=8))
    assert "0300-1234567" not in made.model_dump_json()


def test_corrections_are_given_out_redacted(
    session: Session, mention: Mention, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer.correct(session, mention.id or 0, Sentiment.POSITIVE, person("Sana"), NOON, seen=Seen(1, mention.text_hash))
    config, out = tmp_path / "config.yaml", tmp_path / "out.jsonl"
    config.write_text(yaml.safe_dump({"brands": [BRAND], "database": {"url": database_url}}), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["emberwatch", "corrections", "--config", str(config), "--out", str(out)])
    with pytest.raises(SystemExit):
        main()
    assert LEAVES in json.loads(out.read_text(encoding="utf-8"))["text"]
