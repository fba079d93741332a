"""What the config says of posting, and of the brand's own accounts."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.config import Settings, load_settings
from monitor.doctor import posting as doctor
from monitor.doctor import steps
from monitor.doctor.area import Area
from monitor.errors import ConfigError
from monitor.verdict import State
from tests.alerting.receivers import free_port
from tests.factories import NOON

POSTER = {
    "id": "blog", "type": "wordpress", "sources": ["blog"], "url": "https://blog.example", "user": "care",
    "password": {"env": "WORDPRESS_PASSWORD"},
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORDPRESS_PASSWORD", "very-secret-token")
    return tmp_path / "config.yaml"


def read(path: Path, *posters: dict[str, Any], **more: Any) -> Settings:
    sources = [
        {"id": "blog", "type": "wordpress", "brands": ["acme"], "params": {"url": "https://blog.example"}},
        {"id": "news", "type": "feed", "brands": ["acme"], "params": {"url": "https://news.example/feed"}},
    ]
    brand = {"id": "acme", "name": "Acme"} | more.pop("brand", {})
    path.write_text(yaml.safe_dump({"brands": [brand], "sources": sources, "posting": list(posters), **more}))
    return load_settings(path)


def mistake(path: Path, *posters: dict[str, Any], **more: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        read(path, *posters, **more)
    return str(caught.value)


def test_without_posters_nothing_can_be_posted(path: Path) -> None:
    settings = read(path)
    assert settings.posting == ()
    assert Area.POSTING not in [step.area for step in steps(settings, path, NOON)]


def test_a_poster_posts_for_sources_of_its_kind(path: Path) -> None:
    assert read(path, POSTER).posting[0].sources == ("blog",)
    assert "'news' is of type feed; it must be wordpress" in mistake(path, POSTER | {"sources": ["news"]})
    assert "'other' is not one of blog, news" in mistake(path, POSTER | {"sources": ["other"]})


def test_a_source_has_one_poster(path: Path) -> None:
    assert "has the poster 'blog' already" in mistake(path, POSTER, POSTER | {"id": "second"})
    assert "the id 'blog' is used twice" in mistake(path, POSTER, POSTER)


def test_a_key_does_not_go_through_the_net_in_the_clear(path: Path) -> None:
    plain = POSTER | {"url": "http://blog.example"}
    assert "must begin with https://" in mistake(path, plain)
    assert read(path, plain, crawling={"allow_private": ["blog.example"]}).posting


def test_a_mistake_shows_no_secret(path: Path) -> None:
    assert "very-secret" not in mistake(path, POSTER | {"password": "very-secret-token"})
    assert "very-secret" not in repr(read(path, POSTER))


def test_own_accounts_are_named_by_host_and_id(path: Path) -> None:
    (account,) = read(path, brand={"accounts": [{"host": "Blog.Example", "id": "user-3"}]}).brands[0].accounts
    assert (account.host, account.id) == ("blog.example", "user-3")
    assert "accounts" in mistake(path, brand={"accounts": [{"host": "https://blog.example", "id": "user-3"}]})


def test_the_doctor_says_of_each_poster_how_it_is(path: Path) -> None:
    away = POSTER | {"url": f"http://127.0.0.1:{free_port()}", "timeout": "1s"}
    (off,) = doctor.examine(read(path, POSTER | {"enabled": False}))
    (private,) = doctor.examine(read(path, away))
    (gone,) = doctor.examine(read(path, away, crawling={"allow_private": ["127.0.0.1"]}))
    assert (off.state, private.state, gone.state) == (State.SKIPPED, State.FAILS, State.FAILS)
    assert "network" in gone.remedy


def test_the_doctor_asks_no_poster_offline(path: Path) -> None:
    step = next(step for step in steps(read(path, POSTER), path, NOON, offline=True) if step.area is Area.POSTING)
    assert [verdict.found for verdict in step.verdicts()] == ["1 not asked (--offline)"]
