"""Every answer names its request, and so do all lines that are logged about it."""

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from monitor.log import set_up
from tests.contexts import make_settings
from tests.reception.conftest import DOORS, HOOK_SECRET, House, house_of


@pytest.fixture
def behind_proxy(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("HOOK_SECRET", HOOK_SECRET)
    yield from house_of(make_settings(doors=DOORS[:1], reception={"behind_proxy": True}), engine)


def test_every_request_has_a_name_of_its_own(house: House):
    names = {house.ask("GET", path).headers["x-request-id"] for path in ("/health", "/health", "/nowhere", "/in/till")}
    assert len(names) == 4


def test_what_is_logged_about_a_request_has_its_name(house: House, capsys: pytest.CaptureFixture[str]):
    set_up(json=True)
    with house.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE door_event RENAME TO gone"))
    answer = house.post({"text": "The parcel never came.", "id": "1"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert answer.status == 503
    assert [line["request"] for line in lines if line["event"] == "not kept"] == [answer.headers["x-request-id"]]


def test_a_name_by_the_proxy_is_taken_over(behind_proxy: House):
    assert (
        behind_proxy.ask("GET", "/health", X_Request_Id="from-the-proxy-1").headers["x-request-id"]
        == "from-the-proxy-1"
    )


@pytest.mark.parametrize("name", ["short", "a" * 65, 'words "with" signs', "line\tline12"])
def test_one_that_could_write_into_logs_is_not(behind_proxy: House, name: str):
    assert behind_proxy.ask("GET", "/health", X_Request_Id=name).headers["x-request-id"] != name


def test_without_a_proxy_nobody_chooses_the_name(house: House):
    assert house.ask("GET", "/health", X_Request_Id="chosen-by-anybody").headers["x-request-id"] != "chosen-by-anybody"
