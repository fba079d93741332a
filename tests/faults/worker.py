"""Runs a scene's job in fresh processes that are killed where asked, without importing everything anew for each."""

import json
import os
import resource
import signal
import sys
import traceback
from functools import partial
from pathlib import Path

import psycopg
import sqlalchemy as sa

from monitor.log import set_up
from monitor.store import database
from tests.crawlers import forks  # imports all that a crawl needs
from tests.faults.points import Points
from tests.faults.scenes import SCENES, settings_of

LOADED = (forks,)
LARGEST_FILE = 4096
"""Bytes: less than one page of the database with its frame in the log."""
Job = dict[str, str | int]


def run(job: Job) -> None:
    """In the forked process: prepare a scene, run it (and leave the points it passed), or run it to its end."""
    folder, scene = Path(str(job["folder"])), SCENES[str(job["scene"])]
    if job["what"] == "prepare":
        scene.prepare(folder)
    elif job["what"] == "later":
        scene.run(folder, int(job["minutes"]))
    elif job["what"] in ("full", "locked", "read-only"):
        hinder(str(job["what"]))
        scene.run(folder, 0)
    else:
        instead = partial(cut, folder) if job["what"] == "cut" else None
        points = Points(int(job["kill_at"]), folder / "killed.json", instead)
        points.watch()
        scene.run(folder, 0)
        seen = list(points.passed)
        (folder / "points.json").write_text(json.dumps(seen))


def cut(folder: Path) -> None:
    """End every connection to the scene's database, as a failover or an administrator does."""
    url = sa.make_url(settings_of(folder).database.url)
    with psycopg.connect(host=str(url.query["host"]), user=url.username, dbname="postgres", autocommit=True) as one:
        one.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (url.database,))


def hinder(how: str) -> None:
    """Let no file grow, as on a full disk; or nothing be written; or be patient with a locked database for a moment."""
    if how == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, resource.RLIM_INFINITY))
    elif how == "read-only":
        sa.event.listen(sa.Pool, "connect", lambda connection, _record: connection.execute("PRAGMA query_only = ON"))
    else:
        database.BUSY_TIMEOUT_SECONDS = 0.05  # type: ignore[assignment]


def serve() -> None:
    """Read jobs as lines of JSON, fork for each, and answer with its exit code."""
    for line in sys.stdin:
        job = json.loads(line)
        later = [{**job, "what": "later", "minutes": minutes} for minutes in SCENES[job["scene"]].later]
        steps = later if job["what"] == "finish" else [job]
        codes = [forked(step) for step in steps]
        print(max(codes, key=abs), flush=True)


def forked(job: Job) -> int:
    """Run one step in a process of its own, as after a restart; its exit code."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(os.open(f"{job['folder']}/errors.txt", os.O_CREAT | os.O_WRONLY | os.O_APPEND), 2)
            set_up()
            run(job)
            code = 0
        except BaseException:  # noqa: BLE001 (the exit code says it, and the file what it was)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    serve()
