"""Who is let in by a login, with which role and under which name; and which configs of it are refused."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.config import Settings, load_settings
from monitor.config.login import LONGEST_LOGIN, LoginOptions, Refused, Why
from monitor.config.people import PersonOptions
from monitor.errors import ConfigError
from monitor.facts import LONGEST_NAME, Person, Role, Way
from tests.factories import NOON
from tests.test_config import refused, written

KEY = "0123456789abcdef0123456789abcdef"
LOGIN: dict[str, Any] = {
    "server_metadata_url": "https://id.shop.example/.well-known/openid-configuration",
    "client_id": "emberwatch",
    "client_secret": {"env": "OIDC_SECRET"},
    "cookie_secret": {"env": "COOKIE_SECRET"},
}
URL = "https://watch.shop.example"
SANA = PersonOptions(name="Sana Malik", login="Sana@shop.example", role=Role.LEAD)


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_SECRET", "of the client")
    monkeypatch.setenv("COOKIE_SECRET", KEY)


def options(**changes: object) -> LoginOptions:
    return LoginOptions.model_validate({**LOGIN, "default_role": "viewer", **changes})


def claims(**changes: object) -> dict[str, Any]:
    said = {"sub": "1", "email": "ali@shop.example", "email_verified": True, "name": "Ali", "iat": NOON.timestamp()}
    return {key: value for key, value in {**said, **changes}.items() if value is not None}


def admitted(login: LoginOptions, *people: PersonOptions, **said: object) -> Person:
    found = login.admit(claims(**said), people, NOON)
    assert isinstance(found, Person), found
    return found


def why(login: LoginOptions, **said: object) -> Why:
    found = login.admit(claims(**said), (), NOON)
    assert isinstance(found, Refused), found
    return found.why


def test_a_login_says_who_acts():
    assert admitted(options()) == Person("Ali (ali@shop.example)", Role.VIEWER, Way.DASHBOARD, "ali@shop.example")


def test_who_is_named_nowhere_is_refused_unless_there_is_a_role_for_them():
    assert options(default_role=None).admit(claims(), (), NOON) == Refused(Why.NO_ROLE, "ali@shop.example")


@pytest.mark.parametrize("said", [["staff", "leads"], "leads", ["leads", 7, None, {"leads": 1}]])
def test_the_value_of_a_claim_gives_a_role(said: object):
    login = options(role_claim="groups", roles={"lead": ["leads"], "agent": ["staff"]})
    assert admitted(login, groups=said).role is Role.LEAD


@pytest.mark.parametrize("said", [["Leads"], "leads staff", {"leads": True}, True, None, [["leads"]]])
def test_nothing_but_the_very_value_gives_a_role(said: object):
    assert admitted(options(role_claim="groups", roles={"lead": ["leads"]}), groups=said).role is Role.VIEWER


def test_a_claim_may_stand_inside_another_or_have_dots_in_its_name():
    login = options(role_claim="realm_access.roles", roles={"admin": ["boss"]})
    assert admitted(login, realm_access={"roles": ["boss"]}).role is Role.ADMIN
    assert admitted(login, **{"realm_access.roles": ["boss"]}).role is Role.ADMIN


def test_the_highest_role_that_anything_gives_counts():
    login = options(role_claim="groups", roles={"agent": ["staff"]}, listed={"admin": ["ALI@shop.example"]})
    assert admitted(login, groups=["staff"]).role is Role.ADMIN
    assert admitted(options(), SANA, email="sana@shop.example").role is Role.LEAD


def test_a_listed_person_has_the_name_of_the_list_whatever_they_call_themselves():
    found = admitted(options(), SANA, email="sana@SHOP.example", name="The boss")
    assert (found.name, found.login) == ("Sana Malik", "sana@SHOP.example")


@pytest.mark.parametrize("email", ["\u017fana@shop.example", "sana@\u017fhop.example", "s\u0430na@shop.example"])
def test_a_login_that_looks_alike_is_another_one(email: str):
    """Comparing without case by the rules of Unicode, the first two would be Sana's."""
    login = options(default_role=None, listed={"admin": ["sana@shop.example"]})
    assert login.admit(claims(email=email), [SANA], NOON) == Refused(Why.NO_ROLE, email)
    assert why(options(domains=["shop.example"]), email="ali@\u017fhop.example") is Why.DOMAIN


@pytest.mark.parametrize("called", ["Sana Malik", "SANA MALIK"])
def test_nobody_becomes_a_listed_person_by_choosing_their_name_for_a_login(called: str):
    found = admitted(options(login_claim="preferred_username"), SANA, preferred_username=called, name=None)
    assert found.name == f"({called})"


def test_two_people_of_one_name_are_told_apart():
    names = {
        admitted(options(), SANA, email=f"{who}@shop.example", name="Sana Malik").name for who in ("sana", "s2", "s3")
    }
    assert names == {"Sana Malik", "Sana Malik (s2@shop.example)", "Sana Malik (s3@shop.example)"}


@pytest.mark.parametrize(
    "name", ["x" * 500, "\u202eanaS", "Sana\nMalik", "<b>Sana</b>", "   ", "", None, "ali@shop.example"]
)
def test_a_name_of_any_kind_fits_and_ends_with_the_login(name: str | None):
    found = admitted(options(), name=name).name
    assert len(found) <= LONGEST_NAME
    assert found.removesuffix(")").endswith("ali@shop.example")
    assert not set(found) & {"\n", "\u202e"}


@pytest.mark.parametrize(
    "login", [None, "", " ", "…", 7, ["ali@shop.example"], "ali\u202e@x", "a\nb", "a" * (LONGEST_LOGIN + 1)]
)
def test_without_a_sound_login_nobody_is_let_in(login: object):
    assert why(options(login_claim="upn"), upn=login) is Why.NAMELESS


@pytest.mark.parametrize("verified", [None, False, "false", "yes", 1.5, []])
def test_an_address_that_is_not_verified_is_nobodys(verified: object):
    assert why(options(), email_verified=verified) is Why.UNVERIFIED
    assert admitted(options(verified_email=False), email_verified=verified).role is Role.VIEWER


@pytest.mark.parametrize("email", ["ali@else.example", "ali@shop.example.else", "ali@evil-shop.example", "ali"])
def test_an_address_of_another_domain_is_refused(email: str):
    assert why(options(domains=["@Shop.Example"]), email=email) is Why.DOMAIN
    assert admitted(options(domains=["@Shop.Example"])).login == "ali@shop.example"


def test_domains_count_where_the_login_is_something_else():
    login = options(login_claim="sub", domains=["shop.example"])
    assert why(login, email=None) is Why.DOMAIN
    assert why(login, email_verified=False) is Why.UNVERIFIED
    assert admitted(login).name == "Ali (1)"


@pytest.mark.parametrize("ago", [timedelta(hours=12), timedelta(days=400), -timedelta(minutes=6)])
def test_a_login_ends(ago: timedelta):
    assert why(options(), iat=(NOON - ago).timestamp()) is Why.EXPIRED


@pytest.mark.parametrize("issued", [None, "today", True, 1e300, float("nan"), float("inf"), -1e18])
def test_a_login_that_does_not_say_when_it_began_has_ended(issued: object):
    assert why(options(), iat=issued) is Why.EXPIRED


def test_a_login_lasts_as_long_as_the_config_says():
    assert admitted(options(lasts="8h"), iat=(NOON - timedelta(hours=7)).timestamp())
    assert why(options(lasts="8h"), iat=(NOON - timedelta(hours=8)).timestamp()) is Why.EXPIRED


def login_settings(folder: Path, **dashboard: object) -> Settings:
    return load_settings(written(folder, dashboard={"login": LOGIN, "url": URL, **dashboard}))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "watch.shop.example"])
def test_with_a_login_the_dashboard_may_listen_anywhere(tmp_path: Path, host: str):
    assert login_settings(tmp_path, host=host).dashboard.link == URL


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "", "localhost.example"])
def test_without_a_login_it_is_for_this_machine_only(tmp_path: Path, host: str):
    told = refused(tmp_path, dashboard={"host": host})
    assert told.startswith(f"dashboard.host: {host!r} is refused")
    assert "set dashboard.login" in told


@pytest.mark.parametrize(
    "url", ["http://watch.shop.example", "https://watch.shop.example/dash", "https://a:b@x.example", "ftp://x", "", "x"]
)
def test_with_a_login_people_come_by_https(tmp_path: Path, url: str):
    told = refused(tmp_path, dashboard={"login": LOGIN, "url": url, "host": "0.0.0.0"})
    assert told.startswith(f"dashboard.url: {url!r} is refused")


@pytest.mark.parametrize("url", ["", "http://localhost:8501", "http://127.0.0.1:9000/"])
def test_on_this_machine_a_login_needs_no_https(tmp_path: Path, url: str):
    assert login_settings(tmp_path, url=url).dashboard.link.startswith("http://")


def test_secrets_stand_in_the_environment_only(tmp_path: Path):
    told = refused(tmp_path, dashboard={"url": URL, "login": {**LOGIN, "client_secret": "swordfish"}})
    assert told == "dashboard.login.client_secret: a secret must be written as {env: NAME}, not in plain text"


def test_secrets_are_never_printed(tmp_path: Path):
    shown = login_settings(tmp_path).dashboard
    for words in (repr(shown), str(shown.model_dump()), shown.model_dump_json()):
        assert KEY not in words
        assert "of the client" not in words


def test_a_short_key_is_refused_without_showing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COOKIE_SECRET", "swordfish")
    told = refused(tmp_path, dashboard={"login": LOGIN, "url": URL})
    assert told.startswith("dashboard.login.cookie_secret: it has less than 32 letters")
    assert "swordfish" not in told


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"server_metadata_url": "http://id.shop.example/x"},
            "server_metadata_url: the provider's metadata must be at",
        ),
        ({"scopes": ["email"]}, "scopes: openid must be one of them"),
        ({"scopes": ["openid", 'a" b']}, "scopes[1]: "),
        ({"roles": {"lead": ["x"]}}, "needs `role_claim` beside it"),
        ({"roles": {"king": ["x"]}, "role_claim": "groups"}, "roles.king"),
        ({"default_role": "king"}, "default_role: Input should be 'viewer', 'agent', 'lead' or 'admin'"),
        ({"lasts": "1m"}, "lasts: Input should be greater than or equal to 5 minutes"),
        ({"realm": "shop"}, "realm: unknown key"),
    ],
)
def test_a_mistake_in_the_login_is_named(tmp_path: Path, change: dict[str, Any], words: str):
    assert "dashboard.login" in (told := refused(tmp_path, dashboard={"login": {**LOGIN, **change}, "url": URL}))
    assert words in told


def test_two_logins_are_one_too_many(tmp_path: Path):
    told = refused(tmp_path, dashboard={"login": LOGIN, "url": URL, "proxy_login": True})
    assert told == "dashboard.proxy_login: there is `login` beside it: leave one of them out"


def test_an_address_for_others_without_a_login_is_open(tmp_path: Path):
    assert load_settings(written(tmp_path, dashboard={"url": URL})).dashboard.is_open
    assert not load_settings(written(tmp_path, dashboard={"url": URL, "proxy_login": True})).dashboard.is_open
    assert not load_settings(written(tmp_path, dashboard={"url": "http://localhost:9000"})).dashboard.is_open
    assert not login_settings(tmp_path).dashboard.is_open


def test_a_missing_secret_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OIDC_SECRET")
    with pytest.raises(ConfigError, match="client_secret: the environment variable OIDC_SECRET is not set"):
        login_settings(tmp_path)
