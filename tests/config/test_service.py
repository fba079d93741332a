"""The people and the service policy in the config: what they refer to is there, and each mistake is named."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.facts import Role

GOOD: dict[str, Any] = {
    "brands": [{"id": "karak", "name": "Karak House", "locations": [{"id": "lahore", "name": "Lahore"}]}],
    "sources": [{"id": "sky", "type": "bluesky", "brands": ["karak"], "params": {"words": ["Karak House"]}}],
    "channels": [{"type": "console", "id": "boss"}],
    "people": [{"name": "Sana", "role": "lead", "languages": ["ur", "ur-Latn"], "themes": ["refund"], "most": 20}],
    "service": {
        "hours": ["mon-fri 09:00-18:00"],
        "holidays": ["2026-12-25", "03-23", {"on": "2026-03-20", "brands": ["karak"], "locations": ["lahore"]}],
        "times": [{"sources": ["bluesky"], "at_least": "high", "answer_within": "10m", "solve_within": "2h"}],
        "escalate": {"to": "Sana", "channels": ["boss"]},
    },
}
TIME = {"answer_within": "10m", "solve_within": "2h"}


def written(folder: Path, **changes: Any) -> Path:
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({**GOOD, **changes}), encoding="utf-8")
    return path


def refused(folder: Path, **changes: Any) -> str:
    with pytest.raises(ConfigError) as error:
        load_settings(written(folder, **changes))
    return str(error.value)


def test_people_and_the_whole_policy_are_read(tmp_path: Path):
    settings = load_settings(written(tmp_path))
    (sana,) = settings.people
    assert (sana.role, sana.languages, sana.most, sana.login, sana.known_as) == (
        Role.LEAD, ("ur", "ur-Latn"), 20, "", (),
    )  # fmt: skip
    assert [day.on for day in settings.service.holidays] == ["2026-12-25", "03-23", "2026-03-20"]
    assert settings.service.escalate is not None


def test_nobody_need_be_named(tmp_path: Path):
    assert load_settings(written(tmp_path, people=[], service={})).people == ()


@pytest.mark.parametrize(
    ("service", "line"),
    [
        ({"escalate": {"to": "Sanaa", "channels": ["boss"]}}, "service.escalate.to: 'Sanaa' is not one of Sana"),
        ({"escalate": {"to": "Sana", "channels": ["mail"]}}, "service.escalate.channels: 'mail' is not one of boss"),
        ({"escalate": {"to": "Sana"}}, "service.escalate.channels: is missing"),
        ({"times": [{"sources": ["blusky"]} | TIME]}, "service.times[0].sources: 'blusky' is not one of bluesky, sky"),
        ({"times": [TIME, {"brands": ["carak"]} | TIME]}, "service.times[1].brands: 'carak' is not one of karak"),
        ({"times": [{"kinds": ["tweet"]} | TIME]}, "service.times[0].kinds[0]: "),
        ({"times": [{"answer_within": "2h", "solve_within": "1h"}]}, "service.times[0]: the time to answer must be"),
        ({"times": [TIME | {"solve_by": "1h"}]}, "service.times[0].solve_by: unknown key"),
        ({"hours": ["9 to 5"]}, "service.hours[0]: '9 to 5' is not hours such as"),
        ({"holidays": ["Eid"]}, "service.holidays[0]: 'Eid' is no day such as 2026-12-25"),
        ({"holidays": [{"on": "05-01", "brands": ["x"]}]}, "service.holidays[0].brands: 'x' is not one of karak"),
        (
            {"holidays": [{"on": "05-01", "locations": ["x"]}]},
            "service.holidays[0].locations: 'x' is not one of lahore",
        ),
    ],
)
def test_a_mistake_in_the_policy_is_named_with_its_place(tmp_path: Path, service: dict[str, Any], line: str):
    assert line in refused(tmp_path, service=service)


@pytest.mark.parametrize(
    ("people", "line"),
    [
        ([{"name": " "}], "people[0].name: ' ' is no name that people can read"),
        ([{"name": "a" * 121}], "people[0].name: "),
        ([{"name": "Sana", "languages": ["urdu"]}], "people[0].languages: 'urdu' is no code of a language"),
        ([{"name": "Sana", "languages": ["und"]}], "people[0].languages: 'und' is no code"),
        ([{"name": "Sana", "themes": ["money"]}], "people[0].themes: 'money' is not one of "),
        ([{"name": "Sana", "role": "boss"}], "people[0].role: "),
        ([{"name": "Sana", "most": -1}], "people[0].most: "),
        ([{"name": "Sana"}, {"name": "Sana"}], "people: the name 'Sana' is used twice"),
        ([{"name": "Sana M"}, {"name": "SANA  m"}], "people: the name 'Sana M' is used twice"),
        (
            [{"name": "Sana", "login": "S@shop.example"}, {"name": "Ravi", "login": "s@shop.example"}],
            "people: the login 's@shop.example' is used twice",
        ),
        ([{"name": "Sana", "title": "Dr"}], "people[0].title: unknown key"),
    ],
)
def test_a_mistake_about_people_is_named_with_its_place(tmp_path: Path, people: list[Any], line: str):
    assert line in refused(tmp_path, people=people, service={})
