"""Scrapy's log lines without the texts: what people wrote does not belong into logs."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class QuietLog(LogFormatter):
    """Names the event and its reason only; Scrapy's own lines show the whole item."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        return {"level": logging.DEBUG, "msg": "Read a text", "args": ()}

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
