"""`emberwatch init`: any name comes back as it was, nothing is overwritten, and what is written works as it stands."""

import os
import pty
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.base import kinds as spiders
from crawlers.base import spider_of
from crawlers.refused import REFUSED
from monitor.config import Settings, load_settings
from monitor.errors import ConfigError
from monitor.facts import Role
from monitor.first_config import Answers, Mail, Site, answers, render, write
from monitor.first_config.editions import country_of, editions
from monitor.first_config.places import tags_of, terms_of
from monitor.first_config.site import private_host
from tests.commands import ROOT, emberwatch
from tests.crawlers.site import Answer, wordpress
from tests.crawlers.site import Site as WebSite

HOSTILE = [
    'The "Best" Shop',
    "Joe's: tea & more # 1",
    "- dash, [list], {map: 1}",
    "کڑک ہاؤس",
    "نیم\u200cفاصلہ",
    "మిర్చాడో",
    "Chai ☕️ 👩‍👩‍👧",
    "${HOME}",
    "${HOME:-x} and $${PATH}",
    "back\\slash\\n",
    "%TAG !yaml",
    "null",
    "On",
    "2020-01-01",
    "\u202egnp.exe",
    "a\u2028b\u0085c",
    "x" * 500,
]


def loaded(folder: Path, given: Answers, site: Site | None = None) -> Settings:
    path = folder / "my.yaml"
    write(path, render(given, site), force=True)
    return load_settings(path)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_comes_back_as_it_was(tmp_path: Path, name: str):
    given = Answers(answers.one_name(name), answers.names_of((name, "Other")), answers.names_of((name,)))
    brand = loaded(tmp_path, given).brands[0]
    assert brand.name == given.brand
    assert (brand.aliases, brand.exclude) == (given.aliases, given.exclude)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_contact_and_a_site_do_no_harm_either(tmp_path: Path, name: str):
    given = Answers("Acme", contact=name.replace("\u0085", ""), site="https://shop.example/?q=${HOME}")
    assert loaded(tmp_path, given).crawling.contact == given.contact


def test_a_name_of_several_lines_becomes_one(tmp_path: Path):
    name = answers.one_name("Karak\n  House\x00\t#\n")
    assert loaded(tmp_path, Answers(name)).brands[0].name == "Karak House #"


@pytest.mark.parametrize("name", ["", "  ", "!!!", "\n"])
def test_a_name_without_letters_is_refused(name: str):
    with pytest.raises(ConfigError, match="no letter or digit"):
        answers.one_name(name)


@pytest.mark.parametrize(("name", "slug"), [("Karak House!", "karak-house"), ("Café É", "cafe-e"), ("کڑک", "brand")])
def test_the_id_is_the_name_in_plain_letters(name: str, slug: str):
    assert Answers(name).id == slug


def test_a_zone_is_found_in_any_case_and_a_wrong_one_is_answered_with_near_ones():
    assert answers.known_zone("asia/karachi") == "Asia/Karachi"
    with pytest.raises(ConfigError, match="Asia/Karachi"):
        answers.known_zone("karachy")


def test_the_zone_of_this_machine_is_a_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TZ", raising=False)
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Asia/Manila")
    assert answers.machine_zone(link) == "Asia/Manila"
    assert answers.machine_zone(tmp_path / "none") == "UTC"


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Asia/Karachi", "PK"), ("Asia/Calcutta", "IN"), ("Asia/Manila", "PH"), ("UTC", "US")],
)
def test_a_zone_tells_the_country(zone: str, country: str):
    assert country_of(zone) == country


def test_editions_follow_the_country_and_the_scripts_of_the_names():
    told = [(edition.country, edition.tag) for edition in editions("Asia/Kolkata", ["Mirchado", "మిర్చాడో"])]
    assert told == [("IN", "en-IN"), ("IN", "te")]
    assert [edition.tag for edition in editions("America/Lima", ["Inca"])] == ["es-419"]


def test_tags_are_names_without_blanks_and_signs():
    assert tags_of(["Karak House", "@karakhouse", "42", "کڑک ہاؤس", "ab"]) == ["karakhouse", "کڑکہاؤس"]


def test_names_are_searched_for_as_phrases_when_they_tell_enough():
    names = ['The "Best" Shop', "HP", "7-11", "小米", "మిర్చాడో", "x" * 101, 'The "Best" Shop', "Karak", "One more"]
    assert terms_of(names) == ["The Best Shop", "小米", "మిర్చాడో", "Karak"]


def test_what_is_on_needs_no_key(tmp_path: Path):
    sources = {source.type: source for source in loaded(tmp_path, Answers("Karak House", ("کڑک",))).sources}
    assert {kind for kind, source in sources.items() if source.enabled} == {"mastodon", "hackernews"}
    assert list(sources["hackernews"].params["terms"]) == ["Karak House", "کڑک"]
    assert "OFF: headlines of Google News. Its robots.txt allows" in (tmp_path / "my.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["HP", "7-11", "!" * 150 + "a"])
def test_a_name_that_is_no_phrase_to_search_for_is_off_and_says_why(tmp_path: Path, name: str):
    sources = {source.type: source for source in loaded(tmp_path, Answers(answers.one_name(name))).sources}
    assert not sources["hackernews"].enabled
    assert "OFF: the name is too short or too long" in (tmp_path / "my.yaml").read_text(encoding="utf-8")


def test_what_was_found_on_the_site_is_watched(tmp_path: Path):
    site = Site("https://k.example", "", "https://k.example", ("https://k.example/tea",))
    sources = {source.id: source for source in loaded(tmp_path, Answers("Karak"), site).sources}
    assert sources["site-comments"].params == {"url": "https://k.example"}
    assert sources["site-reviews"].params["urls"] == ["https://k.example/tea"]
    assert sources["site-reviews"].about_brand


def test_a_forum_found_on_the_site_is_read_as_one(tmp_path: Path):
    site = Site("https://forum.k.example/", "Discourse 3.5")
    forum = loaded(tmp_path, Answers("Karak"), site).source("site-forum")
    assert (forum.type, forum.params, forum.about_brand) == ("discourse", {"url": "https://forum.k.example"}, True)


def with_examples(folder: Path, given: Answers, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The config with one # taken away from each line of the examples, and the variables set that they name."""
    text = render(given)
    for variable in re.findall(r"\{env: ([A-Z_]+)\}", text):
        monkeypatch.setenv(variable, "a-secret-of-a-test")
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if "More, to fill in" in line) + 1
    end = next(i for i, line in enumerate(lines) if "Not here, and why" in line)
    lines[start:end] = [line.replace("  # ", "  ", 1) for line in lines[start:end]]
    start, end = lines.index("# doors:"), next(i for i, line in enumerate(lines) if line.startswith("channels:"))
    lines[start:end] = [line.removeprefix("# ").removeprefix("#") for line in lines[start:end]]
    path = folder / "all.yaml"
    write(path, "\n".join(lines), force=True)
    return load_settings(path)


@pytest.mark.parametrize("name", ["Karak", "HP", "$brand $terms COUNTRY", *HOSTILE])
def test_the_examples_are_valid_when_their_marks_are_removed(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
):
    given = Answers(answers.one_name(name), answers.names_of((name, "మిర్చాడో")), time_zone="Europe/Oslo")
    settings = with_examples(tmp_path, given, monkeypatch)
    for source in settings.sources:
        spider_of(source.type).Params.model_validate(source.params)
    assert {source.type for source in settings.sources} == set(spiders()) - {"gdelt", "telegram"}
    assert {door.type for door in settings.doors} == {"folder", "webhook", "survey"}


def test_a_name_is_searched_for_as_it_was_in_the_examples_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings = with_examples(tmp_path, Answers("$terms: #1 ${HOME}", ("کڑک",)), monkeypatch)
    assert settings.source("lemmy").params["terms"] == ["$terms: #1 ${HOME}", "کڑک"]
    assert settings.source("x").params["query"] == '("$terms: #1 ${HOME}" OR "کڑک") -is:retweet'


@pytest.mark.parametrize(
    ("slug", "for_each_name", "most"), [("questions", 5, 300), ("youtube", 1, 100), ("bluesky-search", 0, 250)]
)
def test_a_daily_quota_lasts_for_the_day(
    tmp_path: Path, slug: str, for_each_name: int, most: int, monkeypatch: pytest.MonkeyPatch
):
    """With as many names as are ever written: all pages of questions, a search of YouTube, one login at Bluesky."""
    names = tuple(f"Karak {number}" for number in range(9))
    source = with_examples(tmp_path, Answers("Karak", names), monkeypatch).source(slug)
    searched = source.params.get("terms") or source.params["search"]
    assert timedelta(days=1) / source.every * (len(searched) * for_each_name or 1) <= most


def test_no_feed_is_proposed_for_a_place_that_has_a_kind_of_its_own():
    text = render(Answers("Karak"))
    others = ("youtube.com/feeds", "news.google.com/rss", "itunes.apple.com", "/posts.rss", "/feeds/c/", "/feeds/tag/")
    assert [address for address in others if address in text] == []


def test_only_what_is_refused_is_not_there_and_the_way_to_import_is():
    told = render(Answers("Karak")).partition("Not here, and why")[2].partition("# Doors")[0]
    squeezed = re.sub("[^a-z]", "", told.lower())
    names = [name.removesuffix("_pages").replace("_", "") for name, _ in REFUSED]
    assert [name for name in names if name not in squeezed] == []
    assert "emberwatch import FILE --brand karak" in told
    assert [kind for kind in ("youtube", "bluesky", "steam", "telegram") if kind in squeezed] == []


def test_a_channel_whose_secret_is_set_is_on_and_others_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    given = Answers("Karak", slack_env="TEAM_HOOK", mail=Mail("a@k.example", "smtp.k.example", "a@k.example"))
    assert [channel.id for channel in loaded(tmp_path, given).channels] == ["console", "mail"]
    monkeypatch.setenv("TEAM_HOOK", "https://hooks.slack.example/services/T/B/X")
    assert [channel.id for channel in loaded(tmp_path, given).channels] == ["console", "slack", "mail"]


def test_what_is_told_when_is_an_example_for_the_channels_that_are_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HEARTBEAT_URL", "https://checks.example/1")
    mail = Mail("a@k.example", "smtp.k.example", "a@k.example")
    text = render(Answers("Karak", time_zone="Asia/Karachi", mail=mail)).replace("    # quiet:", "    quiet:")
    for section in ("routes", "digest", "reception", "heartbeat"):
        text = re.sub(rf"^# {section}:(\n#.*|.*)*", lambda found: re.sub("(?m)^# ", "", found[0]), text, flags=re.M)
    path = tmp_path / "all.yaml"
    write(path, text)
    settings = load_settings(path)
    assert settings.routes[0].channels == ("console", "mail")
    assert (settings.digest.channels, settings.digest.time_zone) == (("mail",), "Asia/Karachi")
    assert (settings.reception.url[:8], settings.heartbeat is not None) == ("https://", True)
    assert [str(one) for one in settings.channel("mail").quiet] != []


def test_who_answers_and_may_log_in_is_an_example_that_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    site = Site("https://karak.example/tea", wordpress="https://karak.example/blog/")
    text = render(Answers("Karak", site="https://karak.example/tea"), site)
    for variable in ("WORDPRESS_PASSWORD", "OIDC_CLIENT_SECRET", "EMBERWATCH_COOKIE_SECRET"):
        monkeypatch.setenv(variable, "a-secret-of-a-test-with-32-letters")
    for section in ("people", "posting"):
        text = re.sub(rf"^# {section}:(\n#.*|.*)*", lambda found: re.sub("(?m)^# ", "", found[0]), text, flags=re.M)
    for key in ("accounts", "hours", "holidays", "times", "escalate", "url: https://watch", "login"):
        text = re.sub(
            rf"^( +)# {key}.*(\n\1#   .*)*", lambda found: re.sub("(?m)^( +)# ", r"\1", found[0]), text, flags=re.M
        )
    path = tmp_path / "all.yaml"
    write(path, text)
    settings = load_settings(path)
    (poster,), (sana,), service = settings.posting, settings.people, settings.service
    assert (poster.sources, poster.address) == (("site-comments",), "https://karak.example/blog")
    assert (sana.role, service.escalate.to, len(service.times)) == (Role.LEAD, sana.name, 2)
    assert [one.host for one in settings.brands[0].accounts] == ["bsky.app", "karak.example"]
    assert (settings.dashboard.login is not None, bool(service.hours), len(service.holidays)) == (True, True, 2)


def test_a_site_on_this_machine_is_the_only_private_address_that_is_allowed(tmp_path: Path):
    assert loaded(tmp_path, Answers("K", site="http://127.0.0.1:8080/x")).crawling.allow_private == ("127.0.0.1:8080",)
    assert private_host("https://shop.example") == []


@pytest.mark.parametrize(
    "text",
    [
        "ftp://x",
        "https://user:pass@x.example",
        "http://",
        "two words",
        "https://x#frag",
        "https://[x/",
        "http://x.example:99999",
        "http://x.example:0",
    ],
)
def test_what_is_no_web_address_is_refused(text: str):
    with pytest.raises(ConfigError, match="not an address"):
        answers.site_address(text)


def test_what_is_no_mail_address_is_refused_when_it_is_asked_for():
    assert answers.mailbox(" Care <care@k.example> ") == "Care <care@k.example>"
    with pytest.raises(ConfigError, match="not an address such as"):
        answers.mailbox("care")


def test_a_secret_given_for_its_variable_is_refused_and_not_shown():
    with pytest.raises(ConfigError) as caught:
        answers.variable_name("https://hooks.slack.com/services/T0/B0/secret")
    assert "secret" not in str(caught.value).replace("the secret itself", "")


def test_an_invalid_config_is_never_put_in_its_place(tmp_path: Path):
    with pytest.raises(ConfigError):
        write(tmp_path / "my.yaml", "brands: []")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_unless_forced(tmp_path: Path):
    path = tmp_path / "my.yaml"
    path.write_text("mine", encoding="utf-8")
    done = emberwatch("init", "--brand", "Karak", "--out", path)
    assert (done.returncode, path.read_text(encoding="utf-8")) == (2, "mine")
    assert "is there already" in done.stderr
    with pytest.raises(ConfigError, match="is there already"):
        write(path, render(Answers("Karak")))
    assert [left.name for left in tmp_path.iterdir()] == ["my.yaml"]


def test_without_a_terminal_the_brand_must_be_given(tmp_path: Path):
    done = emberwatch("init", "--out", tmp_path / "my.yaml")
    assert done.returncode == 2
    assert "--brand" in done.stderr


def test_what_init_writes_passes_the_check(tmp_path: Path):
    path = tmp_path / "my.yaml"
    done = emberwatch(
        "init", "--brand", 'Karak: "House"', "--alias", "کڑک", "--time-zone", "Asia/Karachi", "--out", path
    )
    assert done.returncode == 0, done.stderr
    checked = emberwatch("check", "--only", "config", "--config", path)
    assert checked.returncode == 0, checked.stderr
    assert "emberwatch run --dashboard" in done.stdout


@pytest.mark.slow
def test_init_looks_around_the_site_and_watches_what_it_found(tmp_path: Path):
    with WebSite().open() as site:
        site.pages |= wordpress()
        site.pages["/"] = Answer(
            f'<link rel="https://api.w.org/" href="{site.url}/wp-json/">', headers={"Content-Type": "text/html"}
        )
        path = tmp_path / "my.yaml"
        done = emberwatch("init", "--brand", "Acme", "--site", site.url, "--contact", "a@b.example", "--out", path)
        assert done.returncode == 0, done.stderr
        assert [s.id for s in load_settings(path).sources if s.type == "wordpress"] == ["site-comments"]


@pytest.mark.slow
def test_a_site_that_does_not_answer_leaves_an_example(tmp_path: Path):
    path = tmp_path / "my.yaml"
    done = emberwatch("init", "--brand", "Acme", "--site", "http://127.0.0.1:9", "--out", path)
    assert done.returncode == 0, done.stderr
    assert "could not look around" in done.stderr
    assert '#   params: {url: "http://127.0.0.1:9"}' in path.read_text(encoding="utf-8")


def test_on_a_terminal_it_asks_and_asks_again_after_a_wrong_answer(tmp_path: Path):
    path = tmp_path / "my.yaml"
    said = ["!!!", "Karak House", "کڑک ہاؤس، Karak", "", "nowhere", "Asia/Karachi", "", "me@k.example", "", ""]
    told = talk(["init", "--out", str(path)], said)
    brand = load_settings(path).brands[0]
    assert (brand.name, brand.aliases, brand.time_zone) == ("Karak House", ("کڑک ہاؤس", "Karak"), "Asia/Karachi")
    assert "no letter or digit" in told
    assert "is not a time zone such as" in told


def test_a_mail_address_without_its_server_is_not_the_end_of_the_questions(tmp_path: Path):
    path = tmp_path / "my.yaml"
    said = ["Karak", "", "", "UTC", "", "", "", "care@k.example", "", "smtp.k.example", "care", "", "MAIL_PASSWORD"]
    told = talk(["init", "--out", str(path)], said)
    assert "the mail server (Enter for none)" not in told
    assert "smtp.k.example" in path.read_text(encoding="utf-8")


def test_a_site_with_brackets_in_its_address_is_looked_around_and_not_read_as_markup(tmp_path: Path):
    done = emberwatch("init", "--brand", "Acme", "--site", "http://127.0.0.1:9/[/red]", "--out", tmp_path / "my.yaml")
    assert (done.returncode, "could not look around" in done.stderr) == (0, True), done.stderr


def talk(words: list[str], said: list[str]) -> str:
    """Run the command on a pseudo-terminal and answer each question when it comes; what was shown."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "monitor.cli", *words]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT)
    os.close(theirs)
    shown, waiting, deadline = "", list(said), time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            shown += os.read(ours, 65536).decode("utf-8", "replace")
        except OSError:  # the other end was closed
            break
        if waiting and shown.endswith(": "):
            os.write(ours, f"{waiting.pop(0)}\n".encode())
            shown += "\n"
    os.close(ours)
    assert process.wait(20) == 0, shown
    return shown
