"""What the port of a process says: figures, whether it lives, is well and is ready; also while the database is gone."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from monitor import meters, metrics
from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.metrics.server import MOST_CONNECTIONS, PATIENCE_SECONDS
from monitor.store.database import open_database
from tests import postgresql
from tests.conftest import need
from tests.contexts import make_settings


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def settings_at(port: int, **options: object) -> Settings:
    return make_settings(metrics={"enabled": True, "port": port, **options})


@contextmanager
def asked(engine: sa.Engine, **options: object) -> Iterator[int]:
    port = free_port()
    with metrics.serve(settings_at(port), engine, **options):
        yield port


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def numbers(text: str) -> dict[str, float]:
    return {s.name: s.value for family in text_string_to_metric_families(text) for s in family.samples if not s.labels}


def test_it_tells_of_this_process_and_of_the_database(engine: sa.Engine):
    meters.read(assessed=3, dropped=1, lags=[2.0])
    with asked(engine) as port:
        status, text = ask(port, "/metrics")
    assert status == 200
    assert numbers(text)["emberwatch_database_up"] == 1
    assert 'emberwatch_texts_total{outcome="assessed"}' in text


def test_a_process_that_lives_is_well_and_ready(engine: sa.Engine):
    with asked(engine) as port:
        assert [ask(port, path) for path in ("/livez", "/healthz", "/readyz")] == [(200, "ok\n")] * 3


def test_a_process_that_is_not_well_lives_all_the_same(engine: sa.Engine):
    with asked(engine, is_well=lambda: False) as port:
        assert [ask(port, path)[0] for path in ("/livez", "/healthz", "/readyz")] == [200, 503, 200]


def test_an_older_schema_is_not_ready(engine: sa.Engine):
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    with asked(engine) as port:
        status, words = ask(port, "/readyz")
        assert (status, "emberwatch upgrade" in words) == (503, True)
        assert numbers(ask(port, "/metrics")[1])["emberwatch_schema_fits"] == 0


def test_a_database_that_cannot_be_reached_is_told_and_nothing_old(tmp_path: Path):
    gone = open_database(f"postgresql+psycopg://me:secret-word@127.0.0.1:{free_port()}/emberwatch")
    with asked(gone) as port:
        status, text = ask(port, "/metrics")
        assert (status, numbers(text)["emberwatch_database_up"]) == (200, 0)
        assert "emberwatch_mentions_waiting" not in text
        assert "secret-word" not in text
        assert ask(port, "/readyz") == (503, "the database does not answer\n")


def test_a_database_that_hangs_keeps_nobody_waiting():
    """As behind a cut cable: it takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = open_database(f"postgresql+psycopg://me@127.0.0.1:{silent.getsockname()[1]}/emberwatch")
        with asked(hanging) as port:
            started = time.monotonic()
            status, text = ask(port, "/metrics")
            assert (status, numbers(text)["emberwatch_database_up"]) == (200, 0)
            assert time.monotonic() - started < PATIENCE_SECONDS + 3
            assert ask(port, "/livez")[0] == 200


def test_a_server_that_goes_and_comes_back_is_seen_to():
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database() as url:
        engine = open_database(url)
        with asked(engine) as port:
            assert ask(port, "/readyz")[0] == 200
            other = sa.create_engine(postgresql.server(), isolation_level="AUTOCOMMIT")
            with other.connect() as connection:
                name = engine.url.database
                connection.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
                connection.exec_driver_sql(
                    f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                )
                time.sleep(1.1)
                assert ask(port, "/readyz")[0] == 503
                connection.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            time.sleep(1.1)
            assert ask(port, "/readyz")[0] == 200
            other.dispose()
        engine.dispose()


def test_many_that_ask_cost_the_database_one_look(engine: sa.Engine):
    looks = []
    sa.event.listen(engine, "begin", lambda _connection: looks.append(1))
    with asked(engine) as port:
        ask(port, "/metrics")
    of_one = len(looks)
    with asked(engine) as port:
        threads = [threading.Thread(target=ask, args=(port, "/metrics")) for _ in range(MOST_CONNECTIONS // 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(looks) == 2 * of_one


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/", "GET", {}, 404),
        ("/metrics/../etc/passwd", "GET", {}, 404),
        ("/metrics", "POST", {}, 501),
        ("/metrics", "GET", {"Host": "evil.example"}, 421),
        ("/metrics", "GET", {"Host": "localhost:8503"}, 200),
        ("/metrics?name=x", "GET", {"Accept": "application/openmetrics-text;version=1.0.0"}, 200),
        ("/healthz", "HEAD", {}, 200),
    ],
)
def test_what_is_asked_otherwise(
    engine: sa.Engine, path: str, method: str, headers: dict[str, str], status: int
):  # fmt: skip
    with asked(engine) as port:
        assert ask(port, path, method, **headers)[0] == status


def test_a_crowd_is_turned_away_and_does_not_stay(engine: sa.Engine):
    with asked(engine) as port:
        crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(MOST_CONNECTIONS)]
        time.sleep(0.3)
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            ask(port, "/livez")
        for one in crowd:
            one.close()
        time.sleep(0.3)
        assert ask(port, "/livez")[0] == 200


def test_nothing_listens_unless_it_is_wanted(engine: sa.Engine):
    port = free_port()
    with metrics.serve(make_settings(metrics={"port": port}), engine), pytest.raises(ConnectionRefusedError):
        ask(port, "/livez")


def test_a_port_that_is_taken_is_a_mistake_in_the_config(engine: sa.Engine):
    with asked(engine) as port, pytest.raises(ConfigError, match=f"metrics: 127.0.0.1:{port} cannot be opened"):  # noqa: SIM117
        with metrics.serve(settings_at(port), engine):
            pass


def test_it_ends_with_the_process(engine: sa.Engine):
    with asked(engine) as port:
        pass
    with pytest.raises(ConnectionRefusedError):
        ask(port, "/livez")
