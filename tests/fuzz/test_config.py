"""Whatever stands in the config, it is accepted or refused with words, never with an error of ours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.config import Settings, load_settings
from monitor.errors import ConfigError
from tests.fuzz.odd import changed, texts, trees, tried

GOOD: dict[str, Any] = {
    "brands": [{"id": "karak", "name": "Karak House", "aliases": ["KH"], "time_zone": "Asia/Karachi"}],
    "sources": [
        {"id": "news", "type": "feed", "brands": ["karak"], "every": "15m", "params": {"url": "https://a.example"}}
    ],
    "themes": [{"id": "refund", "name": "Refund", "examples": ["Where is my money"]}],
    "channels": [
        {"id": "team", "type": "slack", "url": {"env": "EMBERWATCH_TEST_SLACK"}},
        {"id": "mail", "type": "email", "host": "127.0.0.1", "sender": "a@b.example", "recipients": ["c@d.example"]},
        {"id": "screen", "type": "console", "quiet": ["22:00-07:00", "sat,sun"], "on_call": ["mon-fri 06:00-23:00"]},
    ],
    "routes": [
        {"channels": ["screen"], "at_least": "high", "cooldown": "30m", "interval": "5m", "repeat": "2h"},
        {"channels": ["mail"], "escalate": [{"after": "15m", "channels": ["screen"]}]},
    ],
    "operator_channel": "screen",
    "database": {"url": "sqlite:///var/e.db"},
    "detection": {"every": "1m", "detectors": [{"type": "spike"}]},
    "analysis": {"model": "builtin", "batch_size": 16},
    "crawling": {"contact": "bot@a.example"},
    "report": {"folder": "var/reports", "weekday": 1},
}


def load(folder: Path, written: str) -> Settings | str:
    """The settings, or the words of the refusal."""
    path = folder / "config.yaml"
    path.write_text(written, encoding="utf-8", errors="replace")
    try:
        return load_settings(path)
    except ConfigError as error:
        return str(error) or pytest.fail("refused without a word")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBERWATCH_TEST_SLACK", "https://hooks.slack.com/services/T0/B0/secret")
        yield tmp_path_factory.mktemp("config")


def test_the_config_that_is_changed_here_is_good(folder: Path) -> None:
    assert isinstance(load(folder, yaml.safe_dump(GOOD)), Settings)


@tried(20)
@given(tree=changed(GOOD))
def test_a_changed_config_is_accepted_or_refused_with_words(folder: Path, tree: Any) -> None:
    load(folder, yaml.safe_dump(tree, allow_unicode=True))


@tried(15)
@given(tree=trees())
def test_a_tree_of_anything_is_accepted_or_refused_with_words(folder: Path, tree: Any) -> None:
    load(folder, yaml.safe_dump(tree, allow_unicode=True))


@tried(20)
@given(text=st.one_of(texts, st.text(alphabet="&*!|>-: \n\t[]{}'\"#%@`ab01${}~", max_size=60)))
@example(text="brands: &a [*a]")
@example(text="brands: " + "[" * 3000)
@example(text="1: 2")
@example(text="? [a, b]\n: c")
@example(text="brands: 2026-13-45")
@example(text="a: !!python/object:os.system {}")
@example(text="<<: 3")
@example(text="a: !!int 'x'")
@example(text="{}")
def test_any_text_is_accepted_or_refused_with_words(folder: Path, text: str) -> None:
    load(folder, text)
