"""The docs name what there is: every command, every section of the config, every plug-in, every changelog."""

from pathlib import Path

import pytest
from typer.main import get_command

from crawlers.spiders import __path__ as spider_path
from monitor.alerting.notifiers import NOTIFIERS
from monitor.alerting.routing import Reason
from monitor.cli import app
from monitor.config import Settings
from monitor.detection import DETECTORS
from monitor.doors import DOORS
from monitor.jobs import JOBS

ROOT = Path(__file__).parent.parent


def doc(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(get_command(app).commands))
def test_every_command_is_in_the_operators_manual(command: str):
    assert f"emberwatch {command}" in doc("docs/operating.md")


def test_every_job_is_a_command():
    assert set(JOBS) <= set(get_command(app).commands)


@pytest.mark.parametrize("section", sorted(Settings.model_fields))
def test_every_section_of_the_config_is_in_the_operators_manual(section: str):
    assert f"`{section}`" in doc("docs/operating.md")


@pytest.mark.parametrize("kind", sorted(NOTIFIERS))
def test_every_notifier_is_in_the_docs(kind: str):
    assert f"type: {kind}" in doc("docs/alerts.md")


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_an_alert_is_in_the_docs(reason: Reason):
    assert reason.value in doc("docs/alerts.md")


@pytest.mark.parametrize("kind", sorted(DETECTORS))
def test_every_detector_is_in_the_docs(kind: str):
    assert f"`{kind}`" in doc("docs/detection.md")


@pytest.mark.parametrize("kind", sorted(DOORS))
def test_every_door_is_in_the_docs(kind: str):
    assert f"`{kind}`" in doc("docs/doors.md")


@pytest.mark.parametrize(
    "kind", sorted(path.stem for path in Path(spider_path[0]).glob("*.py") if path.stem != "__init__")
)
def test_every_spider_is_in_the_docs(kind: str):
    assert f"`{kind}`" in doc("docs/sources.md")


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
def test_every_link_of_the_docs_leads_somewhere(page: Path):
    import re

    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"
