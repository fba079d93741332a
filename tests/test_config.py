"""The config: what is refused, and that each mistake is named with its place and its choices."""

from pathlib import Path

import pytest
import yaml

from monitor.config import Settings, load_settings
from monitor.errors import ConfigError
from monitor.facts import Sensitivity, Stage

GOOD = {
    "brands": [{"id": "karak", "name": "Karak House"}],
    "sources": [{"id": "news", "type": "feed", "brands": ["karak"], "params": {"url": "https://news.example/feed"}}],
}


def written(folder: Path, **changes: object) -> Path:
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({**GOOD, **changes}), encoding="utf-8")
    return path


def refused(folder: Path, **changes: object) -> str:
    with pytest.raises(ConfigError) as error:
        load_settings(written(folder, **changes))
    return str(error.value)


def test_a_small_config_is_enough(tmp_path: Path):
    settings = load_settings(written(tmp_path))
    assert settings.source("news").brands == ("karak",)
    assert settings.channels[0].type == "console"


def test_settings_cannot_be_changed(tmp_path: Path):
    settings = load_settings(written(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        settings.brands = ()


def test_the_environment_goes_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBERWATCH_DATABASE__URL", "sqlite:///elsewhere.db")
    path = written(tmp_path, database={"url": "sqlite:///here.db"})
    assert load_settings(path).database.url == "sqlite:///elsewhere.db"


def test_a_variable_is_filled_in_with_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHOP_PORT", "81")
    path = written(tmp_path, database={"url": "sqlite:///${SHOP_PORT}-${NOWHERE:-none}.db"})
    assert load_settings(path).database.url == "sqlite:///81-none.db"


def test_a_variable_without_value_or_default_is_named(tmp_path: Path):
    assert refused(tmp_path, database={"url": "${NOT_SET_ANYWHERE}"}) == (
        "database.url: the environment variable NOT_SET_ANYWHERE is not set"
    )


MISTAKES = {
    "unknown key": ({"databaze": {}}, "databaze: unknown key"),
    "unknown key inside": ({"brands": [{"id": "a", "name": "A", "colour": 1}]}, "brands[0].colour: unknown key"),
    "missing name": ({"brands": [{"id": "a"}]}, "brands[0].name: is missing"),
    "no brand": ({"brands": []}, "brands: Tuple should have at least 1 item"),
    "bad id": ({"brands": [{"id": "A b", "name": "A"}]}, "brands[0].id: String should match pattern"),
    "duration": (
        {"sources": [{"id": "n", "type": "feed", "brands": ["karak"], "every": "soon"}]},
        "sources[0].every: 'soon' is not a duration such as 90s, 15m, 2h",
    ),
    "unknown brand": (
        {"sources": [{"id": "n", "type": "feed", "brands": ["krak"]}]},
        "sources[0].brands: 'krak' is not one of karak",
    ),
    "double id": (
        {"brands": [{"id": "karak", "name": "A"}, {"id": "karak", "name": "B"}]},
        "brands: the id 'karak' is used twice",
    ),
    "channel type": (
        {"channels": [{"id": "a", "type": "emial"}]},
        "channels[0]: type: 'emial' is not one of apprise, console, email, slack, slack_bot, webhook",
    ),
    "route to nowhere": (
        {"routes": [{"channels": ["pager"]}]},
        "routes[0].channels: 'pager' is not one of console",
    ),
    "route of a place that is none": (
        {"routes": [{"channels": ["console"], "locations": ["mall"]}]},
        "routes[0].locations: 'mall' is not one of those there are: none",
    ),
    "escalation to nowhere": (
        {"routes": [{"channels": ["console"], "escalate": [{"after": "15m", "channels": ["boss"]}]}]},
        "routes[0].escalate[0].channels: 'boss' is not one of console",
    ),
    "reminders without end": (
        {"routes": [{"channels": ["console"], "repeat": "1m"}]},
        "routes[0].repeat: Input should be greater than or equal to 10m",
    ),
    "quiet hours": (
        {"channels": [{"id": "a", "type": "console", "quiet": ["25:00-07:00"]}]},
        "channels[0].quiet[0]: '25:00-07:00': 25:00 is no time of the day",
    ),
    "quiet hours that are no list": (
        {"channels": [{"id": "a", "type": "console", "quiet": "22:00-07:00"}]},
        "channels[0].quiet: must be a list, such as [one, two]",
    ),
    "zone of a channel": (
        {"channels": [{"id": "a", "type": "console", "time_zone": "Karachi"}]},
        "channels[0].time_zone: 'Karachi' is not a time zone such as Asia/Karachi",
    ),
    "digest to nowhere": ({"digest": {"channels": ["pager"]}}, "digest.channels: 'pager' is not one of console"),
    "digest on no day": ({"digest": {"weekdays": [0]}}, "digest.weekdays: numbers from 1 (Monday) to 7"),
    "source at a place that is none": (
        {"sources": [{"id": "n", "type": "feed", "brands": ["karak"], "location": "mall"}]},
        "sources[0].location: 'mall' is not one of those there are: none",
    ),
    "template of no theme": (
        {"replies": {"templates": [{"name": "a", "language": "en", "theme": "parcels", "text": "Hello"}]}},
        "replies.templates[0].theme: 'parcels' is not one of delivery, refund",
    ),
    "template with a place that nothing fills": (
        {"replies": {"templates": [{"name": "a", "language": "en", "text": "Dear {customer}"}]}},
        "replies.templates[0].text: {customer} cannot be filled in; there are {name}",
    ),
    "operator channel": ({"operator_channel": "pager"}, "operator_channel: 'pager' is not one of console"),
    "report to nowhere": ({"report": {"channels": ["pager"]}}, "report.channels: 'pager' is not one of console"),
    "report of a brand to nowhere": (
        {"brands": [{"id": "karak", "name": "A", "report_channels": ["pager"]}]},
        "brands[0].report_channels: 'pager' is not one of console",
    ),
    "time zone": (
        {"brands": [{"id": "karak", "name": "A", "time_zone": "Karachi"}]},
        "brands[0].time_zone: 'Karachi' is not a time zone such as Asia/Karachi",
    ),
    "open dashboard": ({"dashboard": {"host": "0.0.0.0"}}, "dashboard.host: '0.0.0.0' is refused"),
    "port": ({"dashboard": {"port": 70000}}, "dashboard.port: 70000: Input should be less than or equal to 65535"),
    "no detector": ({"detection": {"detectors": [None]}}, "detection.detectors[0]: type: None is not one of ears_c2"),
    "detector": ({"detection": {"detectors": [{"type": "magic"}]}}, "type: 'magic' is not one of ears_c2"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, mistake: str):
    changes, line = MISTAKES[mistake]
    assert line in refused(tmp_path, **changes)


def test_all_mistakes_are_told_at_once(tmp_path: Path):
    told = refused(tmp_path, dashboard={"port": 0}, databaze={})
    assert len(told.splitlines()) == 2


SLACK = {"id": "team", "type": "slack"}


def test_a_secret_in_plain_text_is_refused_and_not_shown(tmp_path: Path):
    told = refused(tmp_path, channels=[{**SLACK, "url": "https://hooks.example/T0/s3cret"}])
    assert "{env: NAME}" in told
    assert "s3cret" not in told


def test_a_secret_that_is_not_set_is_named(tmp_path: Path):
    told = refused(tmp_path, channels=[{**SLACK, "url": {"env": "NOT_SET_HOOK"}}])
    assert "the environment variable NOT_SET_HOOK is not set" in told


def test_a_secret_is_not_in_the_text_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_HOOK", "https://hooks.example/T0/s3cret")
    settings = load_settings(written(tmp_path, channels=[{**SLACK, "url": {"env": "SLACK_HOOK"}}]))
    assert "s3cret" not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("brands: [", "not valid YAML"),
        ("brands: " + 100_000 * "[", "nested too deep"),
        ("brands: \0", "not valid YAML"),
        ("- a\n", "must be a mapping with brands"),
        ("", "must be a mapping with brands"),
    ],
)
def test_a_file_that_is_no_config_says_so(tmp_path: Path, content: str, line: str):
    path = tmp_path / "config.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=line):
        load_settings(path)


def test_a_missing_file_says_how_to_name_one(tmp_path: Path):
    with pytest.raises(ConfigError, match="--config or EMBERWATCH_CONFIG"):
        load_settings(tmp_path / "none.yaml")


def test_the_config_of_the_project_is_valid():
    root = Path(__file__).parent.parent
    assert isinstance(load_settings(root / "config.yaml"), Settings)


def test_a_brand_may_say_what_it_is_and_what_it_is_not(tmp_path: Path):
    brand = {"id": "orange", "name": "Orange", "about": ["mobile phone company"], "not_about": ["a fruit"]}
    settings = load_settings(written(tmp_path, brands=[brand], sources=[]))
    assert settings.brand("orange").about == ("mobile phone company",)


def test_what_a_brand_is_not_needs_what_it_is(tmp_path: Path):
    brand = {"id": "orange", "name": "Orange", "not_about": ["a fruit"]}
    assert "not_about: needs `about` beside it" in refused(tmp_path, brands=[brand], sources=[])


@pytest.mark.parametrize("sensitivity", Sensitivity)
def test_sensitivity_sets_the_threshold_of_every_detector(tmp_path: Path, sensitivity: Sensitivity):
    detectors = load_settings(written(tmp_path, detection={"sensitivity": sensitivity.value})).detection.detectors
    assert [one.threshold for one in detectors] == [one.THRESHOLDS[sensitivity] for one in detectors]


def test_without_a_word_about_it_detectors_are_balanced(tmp_path: Path):
    detectors = load_settings(written(tmp_path)).detection.detectors
    assert [one.threshold for one in detectors] == [one.THRESHOLDS[Sensitivity.BALANCED] for one in detectors]


def test_a_threshold_that_the_operator_set_stands(tmp_path: Path):
    detection = {"sensitivity": "early", "detectors": [{"type": "spike", "threshold": 5.5}, {"type": "slow_burn"}]}
    spike, burn = load_settings(written(tmp_path, detection=detection)).detection.detectors
    assert (spike.threshold, burn.threshold) == (5.5, burn.THRESHOLDS[Sensitivity.EARLY])


def test_a_theme_with_a_default_id_takes_its_stage_unless_it_gives_one(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    themes = "themes:\n" + "".join(
        f"  - {{id: {name}, name: {name}, examples: [It is late.]{stage}}}\n"
        for name, stage in (("delivery", ""), ("refund", ", stage: help"), ("roaming", ""))
    )
    path.write_text(f"brands: [{{id: acme, name: Acme}}]\n{themes}", encoding="utf-8")
    assert [theme.stage for theme in load_settings(path).themes] == [Stage.RECEIVE, Stage.HELP, None]


RIVAL = {"id": "rival", "name": "Rival House", "competitor": True}


def test_one_brand_at_least_has_to_be_ones_own(tmp_path: Path):
    assert "all of them are competitors" in refused(tmp_path, brands=[RIVAL], sources=[])
    assert [brand.id for brand in load_settings(written(tmp_path, brands=[RIVAL, *GOOD["brands"]])).ours] == ["karak"]


def test_a_competitor_has_no_channels_for_reports(tmp_path: Path):
    wanted = [{**RIVAL, "report_channels": ["console"]}, *GOOD["brands"]]
    assert "brands[0].report_channels: a competitor has no report" in refused(tmp_path, brands=wanted)


def test_no_brand_is_called_as_the_report_of_all(tmp_path: Path):
    brands = [{"id": "all-brands", "name": "All"}, *GOOD["brands"]]
    assert "brands[0].id: 'all-brands' stands for all brands" in refused(tmp_path, brands=brands)


def test_the_report_of_all_brands_needs_channels_and_a_time_zone_that_there_are(tmp_path: Path):
    assert "report.together_channels: 'boss' is not one of" in refused(tmp_path, report={"together_channels": ["boss"]})
    assert "report.time_zone: 'Lahore' is not a time zone" in refused(tmp_path, report={"time_zone": "Lahore"})
