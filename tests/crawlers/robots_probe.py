"""A plain Scrapy spider that asks for forbidden pages at once, with the robots middleware that it is told to use."""

import sys
from collections.abc import AsyncIterator

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Request, Response

site, middleware, number = sys.argv[1:]


class Probe(scrapy.Spider):
    """Starts all requests before robots.txt has come."""

    name = "probe"

    async def start(self) -> AsyncIterator[Request]:
        for i in range(int(number)):
            yield Request(f"{site}/secret/{i}")

    def parse(self, response: Response) -> None:
        """Nothing: what was asked for is seen at the server."""


STOCK = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"
process = CrawlerProcess(
    {
        "ROBOTSTXT_OBEY": True,
        "DOWNLOADER_MIDDLEWARES": {STOCK: None, middleware: 100},
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
    }
)
process.crawl(Probe)
process.start()
