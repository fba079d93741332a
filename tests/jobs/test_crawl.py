"""The crawls that run: what ended badly is noted, also when that cannot be written at once."""

import subprocess
import sys

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from monitor.jobs.crawl import Crawl, Pool
from monitor.models import Run, RunOutcome, Source, SourceHealth
from tests.contexts import make_context
from tests.factories import NOON


def test_the_failure_of_a_crawl_that_cannot_be_stored_is_stored_at_the_next_look(session: Session):
    context = make_context(session, NOON)
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])
    process.wait()
    pool = Pool()
    pool._crawls["news"] = Crawl("news", process, NOON)
    session.connection().exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(OperationalError, match="readonly"):
        pool.collect(context)
    session.rollback()
    session.connection().exec_driver_sql("PRAGMA query_only = OFF")
    assert pool.collect(context) == {"failed": 1}
    assert session.exec(select(Run.outcome)).one() is RunOutcome.FAILED
    assert session.exec(select(Source.health)).one() is SourceHealth.FAILING
    assert len(pool) == 0
