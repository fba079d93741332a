"""How fast the dashboard is for one of ten people who have it open, in a real browser, on a filled database.

    python -m benchmarks.viewers --mentions 1000000

Nine of the ten are simulated at the level of Streamlit's protocol: each has its own session, keeps its page live as a
browser does, and opens another page twice a minute. The tenth is Chromium on the same machine. `paint` is from the
navigation to the first contentful paint, `shown` until the page's own first content stands there, both with what a
browser that had the page open once keeps in its cache; `new` is the same for a browser that never saw it. An
interaction lasts from the click until the last change on the page, after which nothing changes for a quarter of a
second. The server's clock stands at the end of the filled year.

In the same rounds an empty page of Streamlit's own is measured on a server of its own where nobody else is: what
Streamlit and the machine take without us. Compare two versions by their ratios to it, not by seconds.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks.filled import FOLDER
from benchmarks.search import searchable
from benchmarks.served import blank, server
from tests.chromium import BROWSER

OTHERS = 9
PAINT, ACTION = 1.0, 0.5
"""Seconds: first paint at most, and an interaction at most at the 95th percentile."""
PAGES = {"Overview": ("", "[class*='st-key-card']"), "Inbox": ("inbox", "[class*='st-key-card']")}
"""The address of each, and what stands on it that is its own."""
YARDSTICK = "Empty page"
_LOOKS = ("paint", "shown", "paint, new", "shown, new")
_LIST = "[role=radiogroup] button, [data-testid='stButtonGroup'] button"
STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "Overview": {
        "four weeks": (f":is({_LIST}):has-text('4 weeks')",),
        "look into the worst": ("button:has-text('Look into it')",),
    },
    "Inbox": {
        "nobody's": (f":is({_LIST}):has-text('Nobody')",),
        "closed": (f":is({_LIST}):has-text('Closed')",),
        "to do": (f":is({_LIST}):has-text('To do')",),
        "select one": ("[class*='st-key-pick-'] label",),
        "select none": ("[class*='st-key-pick-'] label",),
        "open a complaint": ("[class*='st-key-open-'] button",),
        "open another": ("[class*='st-key-card-row'] [class*='st-key-open-'] button",),
        "the next one": ("[class*='st-key-walk-next'] button",),
        "back to the list": ("button:has-text('Back to the list')",),
    },
}
"""What is done in one round on each page: a name and what is clicked."""
STILL = 250  # milliseconds without a change
QUIET = 20.0  # seconds in which only the others are there, for what they cost
PAUSE = 30.0  # seconds until a simulated viewer opens another page
PATIENCE = 30_000  # milliseconds
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]"


class Viewer(threading.Thread):
    """Somebody who has a page open: keeps its live parts live, and opens another page now and then."""

    def __init__(self, place: str, address: str, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self.place, self.address, self.stopping = place, address, stopping
        self.due: dict[str, tuple[float, float]] = {}  # by fragment: next time, interval, in seconds
        self.runs = 0

    def run(self) -> None:
        url = f"ws://{self.place}/_stcore/stream"
        with suppress(ConnectionClosed), connect(url, subprotocols=["streamlit"], max_size=None) as line:  # type: ignore[list-item]
            self._open(line)
            again = time.monotonic() + PAUSE
            while not self.stopping.is_set():
                self._read(line)
                now = time.monotonic()
                if now >= again:
                    self.due.clear()
                    self._open(line)
                    again = now + PAUSE
                for fragment, (at, interval) in list(self.due.items()):
                    if now >= at:
                        self._ask(line, fragment)
                        self.due[fragment] = (now + interval, interval)

    def _open(self, line: ClientConnection) -> None:
        self._ask(line, "")

    def _ask(self, line: ClientConnection, fragment: str) -> None:
        message = BackMsg()
        message.rerun_script.page_name = self.address
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        message.rerun_script.context_info.timezone = "Asia/Karachi"
        message.rerun_script.context_info.locale = "en"
        line.send(message.SerializeToString())

    def _read(self, line: ClientConnection) -> None:
        with suppress(TimeoutError):
            while True:
                found = ForwardMsg.FromString(line.recv(timeout=0.1))  # type: ignore[arg-type]
                kind = found.WhichOneof("type")
                if kind == "auto_rerun":
                    interval = found.auto_rerun.interval
                    self.due[found.auto_rerun.fragment_id] = (time.monotonic() + interval, interval)
                self.runs += kind == "script_finished"


@contextmanager
def others(place: str, number: int) -> Iterator[list[Viewer]]:
    """So many other people at the dashboard, half of them at each page."""
    stopping = threading.Event()
    people = [Viewer(place, list(PAGES.values())[i % len(PAGES)][0], stopping) for i in range(number)]
    for one in people:
        one.start()
        time.sleep(0.3)
    try:
        yield people
    finally:
        stopping.set()
        for one in people:
            one.join(10)


def first_paint(page: Page, place: str, address: str, sign: str) -> tuple[float, float]:
    """Seconds to the first contentful paint, and until the page's own content is shown."""
    start = time.perf_counter()
    page.goto(f"http://{place}/{address}", wait_until="commit")
    page.locator(sign).first.wait_for(state="visible", timeout=PATIENCE)
    shown = time.perf_counter() - start
    page.wait_for_function(f"{_PAINT} !== undefined")
    return page.evaluate(f"{_PAINT}.startTime") / 1000, shown


_WATCH = """() => {
  window.clicked = null; window.changed = null;
  document.addEventListener("click", () => { window.clicked = performance.now(); window.changed = null; }, true);
  new MutationObserver(() => { window.changed = performance.now(); })
    .observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
_STILL = f"""() => window.changed !== null && performance.now() - window.changed > {STILL}
  && document.querySelector("[data-test-script-state='notRunning']")"""


def interaction(page: Page, *clicked: str) -> float:
    """Seconds from the last of these clicks until the page has changed and stands still."""
    for words in clicked:
        page.locator(words).filter(visible=True).first.click(timeout=PATIENCE)
    page.wait_for_function(_STILL, timeout=PATIENCE)
    return float(page.evaluate("window.changed - window.clicked")) / 1000


def interactions(page: Page, place: str, found: dict[str, list[float]]) -> None:
    """One round of what people do on the two pages, by the words on the screen."""
    for name, steps in STEPS.items():
        page.goto(f"http://{place}/{PAGES[name][0]}")
        page.locator(PAGES[name][1]).first.wait_for(state="visible", timeout=PATIENCE)
        page.wait_for_timeout(1000)
        page.evaluate(_WATCH)
        for words, clicks in steps.items():
            found.setdefault(f"{name}: {words}", []).append(interaction(page, *clicks))


def _yardstick(page: Page, place: str, found: dict[str, list[float]]) -> None:
    paint, shown = first_paint(page, place, "", "[class*='st-key-card']")
    page.wait_for_timeout(1000)
    page.evaluate(_WATCH)
    for name, value in (("paint", paint), ("shown", shown), ("click", interaction(page, "button:has-text('Again')"))):
        found.setdefault(f"{YARDSTICK}: {name}", []).append(value)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measured(place: str, empty: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each kind of look, so many times each."""
    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        for way in PAGES.values():
            first_paint(page, place, *way)
        _yardstick(page, empty, {})
        for _ in range(rounds):
            for name, way in PAGES.items():
                paint, shown = first_paint(page, place, *way)
                found.setdefault(f"{name}: paint", []).append(paint)
                found.setdefault(f"{name}: shown", []).append(shown)
            _yardstick(page, empty, found)
            interactions(page, place, found)
        for name, way in PAGES.items():
            strange = browser.new_context(viewport={"width": 1440, "height": 900})
            paint, shown = first_paint(strange.new_page(), place, *way)
            found[f"{name}: paint, new"], found[f"{name}: shown, new"] = [paint], [shown]
            strange.close()
        browser.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--others", type=int, default=OTHERS)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    url = searchable(asked.mentions, asked.folder)
    with server(url) as ours, blank() as empty, others(ours.place, asked.others) as people:
        time.sleep(5)
        cpu, runs = ours.cpu(), sum(one.runs for one in people)
        time.sleep(QUIET)
        cpu, runs = ours.cpu() - cpu, sum(one.runs for one in people) - runs
        each = f"{1000 * cpu / runs:.0f} ms of processor each" if runs else "none"
        print(f"{asked.others} others alone: {runs} runs in {QUIET:.0f} s, {each}, {cpu / QUIET:.0%} of a core")
        found = measured(ours.place, empty.place, asked.rounds)
    _print(found)
    if asked.json:
        asked.json.write_text(json.dumps(found))


def _print(found: dict[str, list[float]]) -> None:
    """Each kind, and how many times as long it took as the same on an empty page, by the medians."""
    clicks = [name for name in found if not name.endswith(_LOOKS)]
    every = {"all interactions": [value for name in clicks if not name.startswith(YARDSTICK) for value in found[name]]}
    for name, values in (found | every).items():
        like = next((one for one in _LOOKS if name.endswith(one)), "click").removesuffix(", new")
        ratio = median(values) / median(found[f"{YARDSTICK}: {like}"])
        middle, most = median(values), _quantile(values, 0.95)
        print(f"{name:32} median {middle:6.2f} s   95th percentile {most:6.2f} s   {ratio:5.1f} x an empty page")


if __name__ == "__main__":
    sys.exit(main())
