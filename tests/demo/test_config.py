"""The top-level config: valid as it stands, and about the shop of the demo."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawlers.base import spider_of
from demo.phrases import LANGUAGES, phrases, shop
from demo.site import WATCHED
from monitor.analysis.relevance import relevance
from monitor.config import Settings, load_settings
from monitor.facts import RELEVANT
from monitor.praise import praised

CONFIG = Path(__file__).parents[2] / "config.yaml"


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("EMBERWATCH_DEMO_PORT", "EMBERWATCH_DEMO_MAIL_PORT"):
        monkeypatch.delenv(name, raising=False)
    return load_settings(CONFIG)


def test_it_is_valid_with_nothing_in_the_environment(settings: Settings) -> None:
    for source in settings.sources:
        spider_of(source.type).Params.model_validate(source.params)
    assert [source.id for source in settings.sources] == ["reviews", "blog", "neighbours", "news"]


def test_it_watches_all_of_the_shop(settings: Settings) -> None:
    given = [source.params.get("urls", [source.params.get("url")]) for source in settings.sources]
    paths = {urlsplit(url).path for urls in given for url in urls}
    assert paths == {path for path in WATCHED if not path.startswith("/wp-json")} | {"/"}


def test_ports_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBERWATCH_DEMO_PORT", "4321")
    monkeypatch.setenv("EMBERWATCH_DEMO_MAIL_PORT", "4325")
    settings = load_settings(CONFIG)
    assert settings.source("news").params["url"] == "http://127.0.0.1:4321/news/feed.rss"
    assert settings.channel("mail").port == 4325


def test_the_name_is_known_in_three_scripts_and_the_beach_is_not_meant(settings: Settings) -> None:
    brand = settings.brand("mirchado")
    texts = ["thank u Mirchado", "شکریہ مرچاڈو", "మిర్చాడోలో బాగుంది", *phrases("en").elsewhere]
    found = [relevance(text, "", brand.names, brand.exclude) >= RELEVANT for text in texts]
    assert shop().beach in brand.exclude
    assert found == [True, True, True, *[False] * len(phrases("en").elsewhere)]


def test_somebody_reads_each_language_of_the_shop_and_one_of_them_is_praised_by_name(settings: Settings) -> None:
    assert set(LANGUAGES) == {language for person in settings.people for language in person.languages}
    praise = "\n".join(phrases("en").said["praise"]["delivery"])
    assert praised(praise, [(one.name, one.known_as) for one in settings.people]) == ("Ayesha Khan",)


def test_what_is_worst_gets_a_case_by_itself(settings: Settings) -> None:
    rules = settings.service.open_for
    assert (rules.stars_at_most, rules.themes) == (2, ("safety",))
