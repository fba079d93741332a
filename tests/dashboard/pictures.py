"""The pictures of the docs: each page on the shop's bad day, after weeks of work, as a desk and a phone show it.

python -m tests.dashboard.pictures docs/images
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from monitor.clock import utcnow
from monitor.config import load_settings
from tests.chromium import PATIENCE, Somebody, chromium
from tests.dashboard.lived import attack, live
from tests.dashboard.pages import ADDRESSES, write_config
from tests.dashboard.scenario import play
from tests.dashboard.served import served
from tests.factories import database_session, new_database

WIDTHS = (1440, 390)
TALLEST = 2400  # pixels; more shows nothing new
_HEIGHT = "Math.max(...[...document.querySelectorAll('section, main, div')].map(one => one.scrollHeight))"


def take(page: Page, address: str, width: int, to: Path) -> None:
    """One picture of a page, as tall as what it shows."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.locator(".ew-h1").first.wait_for(timeout=PATIENCE)
    Somebody(page).rests()
    page.wait_for_timeout(1500)  # charts are drawn after the page
    page.set_viewport_size({"width": width, "height": min(TALLEST, max(700, int(page.evaluate(_HEIGHT)) + 20))})
    page.wait_for_timeout(1500)
    page.screenshot(path=to)


def main() -> None:
    """Play the bad day, serve it, and take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", nargs="*", help="addresses such as inbox?case=1; all pages unless given")
    parser.add_argument("--widths", nargs="*", type=int, default=WIDTHS)
    parser.add_argument("--locale", default="en-GB")
    parser.add_argument("--hostile", action="store_true", help="with names and texts that attack")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = new_database(Path(folder), "scene.db")
        with database_session(url) as session:
            scene = play(session, utcnow())
            live(session, scene, load_settings(write_config(Path(folder), url)), utcnow())
            if asked.hostile:
                attack(session, scene, utcnow())
            incident = f"incident?id={scene.incident.id}"
        pages = asked.pages or [incident if name == "incident" else name for name in ADDRESSES]
        with served(url, Path(folder)) as address, chromium() as browser:
            context = browser.new_context(locale=asked.locale, timezone_id="Asia/Karachi")
            for name in pages:
                for width in asked.widths:
                    plain = name.replace("?", "-").replace("=", "-").replace("&", "-") or "overview"
                    take(context.new_page(), f"{address}/{name}", width, asked.folder / f"{plain}-{width}.png")
            context.close()


if __name__ == "__main__":
    main()
