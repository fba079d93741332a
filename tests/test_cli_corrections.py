"""What people corrected as a file: one object a line, with the keys that measuring and training take."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from monitor import evaluation
from monitor.cli import main
from monitor.evaluation import Columns
from monitor.facts import Sentiment
from monitor.jobs import answer
from monitor.models import Mention
from monitor.store.corrections import Seen
from tests.contexts import BRAND
from tests.factories import NOON, database_session, make_brand, make_mention, make_source, person

Told = tuple[int, str, str]
"""Exit code, standard output and standard error."""
Command = Callable[..., Told]


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Path:
    """An installation where one of two complaints is none; its text has a line break and a sign of another script."""
    with database_session(database_url) as session:
        brand = make_brand(session, str(BRAND["id"]), str(BRAND["name"]))
        source = make_source(session, brand)
        mention = make_mention(session, brand, source, "Late?\nNever! شکریہ", language="ur-Latn", title="Well")
        make_mention(session, brand, source, "Never again")
        session.commit()
        answer.correct(session, mention.id, Sentiment.POSITIVE, person("Sana"), NOON, seen=_seen(mention))
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"brands": [BRAND], "database": {"url": database_url}}), encoding="utf-8")
    return path


def _seen(mention: Mention) -> Seen:
    return Seen(1, mention.text_hash)


@pytest.fixture
def corrections(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command as it is typed."""

    def typed(*words: object) -> Told:
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", ["emberwatch", "corrections", "--config", str(config), *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return typed


def test_corrections_are_lines_of_json(corrections: Command):
    code, out, _ = corrections()
    (line,) = out.splitlines()
    assert code == 0
    assert json.loads(line) == {
        "text": "Well\nLate?\nNever! شکریہ", "label": "positive", "lang": "ur-Latn", "was": "negative",
        "model": "test 1", "corrected_by": "Sana", "at": "2026-03-02T12:00:00+00:00",
    }  # fmt: skip


def test_the_file_can_be_measured_as_it_is(corrections: Command, tmp_path: Path):
    file = tmp_path / "corrections.jsonl"
    code, out, err = corrections("--brand", BRAND["id"], "--out", file)
    assert (code, out, err.strip()) == (0, "", "1 correction")
    with evaluation.opened(str(file)) as source:
        found = evaluation.survey(source, Columns("text", "label", "lang"), evaluation.told(()))
    assert (found.usable, found.bad) == (1, {})


def test_a_brand_that_there_is_not_is_named_with_those_there_are(corrections: Command):
    code, _, err = corrections("--brand", "nobody")
    assert code == 2
    assert '"nobody" is not one of karak' in err


def test_a_file_that_cannot_be_written_is_one_line(corrections: Command, tmp_path: Path):
    code, _, err = corrections("--out", tmp_path / "no" / "folder.jsonl")
    assert code == 2
    assert "cannot be written" in err
