"""Scrapy's log lines without texts and keys: what people wrote, and what an address asks, does not belong into logs."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from crawlers.replies import shown, without_queries


class QuietLog(LogFormatter):
    """Names the event and its reason only; Scrapy's own lines show the whole item."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> None:  # type: ignore[override]
        """Nothing: the Run counts what was read, and to make a line for each text would take as long as to check it."""
        return

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return {"level": logging.DEBUG, "msg": "Dropped a text: %(error)s", "args": {"error": str(exception)}}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        line = super().item_error(item, exception, response, spider)
        line["msg"], line["args"] = "Error saving a text: %(error)s", {"error": type(exception).__name__}
        return line

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        return {"level": logging.ERROR, "msg": "Error reading %(url)s", "args": {"url": shown(request.url)}}

    def download_error(
        self, failure: Failure, request: Request, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        words = {"url": shown(request.url), "error": without_queries(errmsg or type(failure.value).__name__)}
        return {"level": logging.ERROR, "msg": "Error loading %(url)s: %(error)s", "args": words}


class WithoutQueries(logging.Filter):
    """Takes what an address asks out of the lines of libraries, which name whole requests in many places."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):  # our own lines are values by name
            record.msg, record.args = without_queries(record.getMessage()), ()
        return True
