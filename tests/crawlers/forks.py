"""Runs the crawlers' command in fresh processes that need not import Scrapy anew: a reactor can run only once each."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import scrapy.core.downloader.handlers.http11
import scrapy.core.downloader.tls
import scrapy.core.engine
import scrapy.core.scheduler

import crawlers.pipelines
import crawlers.spiders
from crawlers.command import main
from crawlers.spiders import feed, schemaorg, wordpress

crawlers.spiders.__path__.append(str(Path(__file__).parent / "spiders"))  # kinds that only tests have
LOADED = (crawlers.pipelines, scrapy, feed, schemaorg, wordpress)


def run(job: dict[str, Any]) -> int:
    """In the forked process: the command with its output in files."""
    os.environ |= job.get("environment", {})
    for stream, number in (("out", 1), ("err", 2)):
        os.dup2(os.open(str(job[stream]), os.O_CREAT | os.O_WRONLY | os.O_TRUNC), number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8")
    try:
        return main(job["arguments"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def serve() -> None:
    """Read jobs as lines of JSON, fork for each, and answer with its exit code."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = run(json.loads(line))
            finally:
                os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
