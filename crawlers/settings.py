"""Scrapy's settings: how we behave as a guest, and what is switched off because it opens doors."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

VERSION = "0.1"
LARGEST_ANSWER = 10 * 1024 * 1024
"""Bytes, after unpacking: twenty times the largest review page recorded (0.5 MB), so that a packed bomb ends here."""
MOST_PAGES = 1_000
MOST_MEMORY_MB = 1_024


_EXTENSIONS = ("corestats.CoreStats", "logcount.LogCount", "closespider.CloseSpider")
_MIDDLEWARES = {
    "downloadtimeout.DownloadTimeoutMiddleware": 350,
    "defaultheaders.DefaultHeadersMiddleware": 400,
    "useragent.UserAgentMiddleware": 500,
    "httpcompression.HttpCompressionMiddleware": 590,
    "redirect.RedirectMiddleware": 600,
    "stats.DownloaderStats": 850,
}
_SPIDER_MIDDLEWARES = {
    "start.StartSpiderMiddleware": 25,
    "httperror.HttpErrorMiddleware": 50,
    "referer.RefererMiddleware": 700,  # it takes the referrer off
    "depth.DepthMiddleware": 900,
}
"""The parts of Scrapy that are used. Its others (consoles, cookies, proxies, caches …) are not even loaded: one that is
named and switched off still is, which takes a fifth of a second of each crawl."""


class Manners(Protocol):
    """What this module needs of the config's `crawling` section."""

    @property
    def contact(self) -> str: ...
    @property
    def allow_private(self) -> Sequence[str]: ...
    @property
    def delay_seconds(self) -> float: ...
    @property
    def time_limit(self) -> timedelta: ...
    @property
    def robots_grace(self) -> timedelta: ...


def user_agent(contact: str) -> str:
    """Who we are and whom to turn to."""
    plain = "".join(sign for sign in contact if sign.isprintable() and sign not in "()").strip()
    return f"Emberwatch/{VERSION} (+{plain})" if plain else f"Emberwatch/{VERSION}"


def scrapy_settings(manners: Manners, **more: Any) -> dict[str, Any]:
    """All settings that differ from Scrapy's own."""
    return {
        "BOT_NAME": "emberwatch",
        "USER_AGENT": user_agent(manners.contact),
        **_manners(manners),
        **_limits(manners),
        **_parts(),
        "EMBERWATCH_ALLOW_PRIVATE": list(manners.allow_private),
        "EMBERWATCH_ROBOTS_GRACE": manners.robots_grace.total_seconds(),
        **more,
    }


def _manners(manners: Manners) -> dict[str, Any]:
    return {
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": manners.delay_seconds,
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": manners.delay_seconds,
        "AUTOTHROTTLE_MAX_DELAY": 30.0,
        "RETRY_TIMES": 2,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",  # the Run says why
        "COOKIES_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
    }


def _limits(manners: Manners) -> dict[str, Any]:
    return {
        "DOWNLOAD_TIMEOUT": 30,
        "DOWNLOAD_MAXSIZE": LARGEST_ANSWER,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DEPTH_LIMIT": 500,
        "REDIRECT_MAX_TIMES": 5,
        "CLOSESPIDER_PAGECOUNT": MOST_PAGES,
        "MEMUSAGE_LIMIT_MB": MOST_MEMORY_MB,
        "CLOSESPIDER_TIMEOUT": manners.time_limit.total_seconds(),
    }


def _parts() -> dict[str, Any]:
    """Our own parts, and Scrapy's that are off: consoles, other protocols, proxies (they would hide the address)."""
    return {
        "TWISTED_DNS_RESOLVER": "crawlers.addresses.GuardedResolver",
        "DOWNLOADER_MIDDLEWARES_BASE": {
            f"scrapy.downloadermiddlewares.{name}": place for name, place in _MIDDLEWARES.items()
        },
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.politeness.HostRests": 50,
            "crawlers.robots.SafeRobots": 100,
            "crawlers.politeness.PoliteRetry": 550,
            "crawlers.addresses.AddressGuard": 950,
            "crawlers.quotas.QuotaGate": 960,
        },
        "SPIDER_MIDDLEWARES_BASE": {
            f"scrapy.spidermiddlewares.{name}": place for name, place in _SPIDER_MIDDLEWARES.items()
        },
        "SPIDER_MIDDLEWARES": {"crawlers.bundles.Bundler": 950},  # next to the spider: the others see less
        "EXTENSIONS_BASE": {f"scrapy.extensions.{name}": 0 for name in _EXTENSIONS},
        "EXTENSIONS": {
            "crawlers.footprint.OwnMemoryUsage": 0,
            "crawlers.politeness.PoliteThrottle": 0,
            "crawlers.run_log.RunLog": 0,
        },
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "LOG_FORMATTER": "crawlers.quiet_log.QuietLog",
        "LOG_INSTALL_ROOT_HANDLER": False,
        "STATS_DUMP": False,
        "LOGSTATS_INTERVAL": 0,
    }
