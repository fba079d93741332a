"""What the tests of safety take from those of the crawlers: a site, the command, and a watched place."""

from tests.crawlers.conftest import command, server, site, watch

__all__ = ["command", "server", "site", "watch"]
