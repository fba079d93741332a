"""How fast the dashboard is for one of ten people who have it open, in a real browser, on a filled database.

    python -m benchmarks.viewers --mentions 1000000

Nine of the ten are simulated at the level of Streamlit's protocol: each has its own session, keeps its page live as a
browser does, and opens another page twice a minute. The tenth is Chromium on the same machine. `paint` is from the
navigation to the first contentful paint, `shown` until the page's own first content stands there, both with what a
browser that had the page open once keeps in its cache; `new` is the same for a browser that never saw it. An
interaction lasts from the click until what it asked for is on the screen. The server's clock stands at the end of the
filled year.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks.filled import END, FOLDER
from benchmarks.search import searchable
from dashboard.launch import command, environment
from monitor.config import load_settings

OTHERS = 9
PAINT, ACTION = 1.0, 0.5
"""Seconds: first paint at most, and an interaction at most at the 95th percentile."""
PAGES = {"Overview": ("", "[class*='st-key-card']"), "Inbox": ("inbox", "[class*='st-key-card']")}
"""The address of each, and what stands on it that is its own."""
_LIST = "[role=radiogroup] button, [data-testid='stButtonGroup'] button"
STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "Overview": {"look into the worst": ("button:has-text('Look into it')",)},
    "Inbox": {
        "nobody's": (f":is({_LIST}):has-text('Nobody')",),
        "closed": (f":is({_LIST}):has-text('Closed')",),
        "to do": (f":is({_LIST}):has-text('To do')",),
        "open a complaint": ("[class*='st-key-open-'] button",),
        "open another": ("[class*='st-key-card-row'] [class*='st-key-open-'] button",),
        "back to the list": ("button:has-text('Back to the list')",),
    },
}
"""What is done in one round on each page: a name and what is clicked."""
STILL = 250  # milliseconds without a change
PAUSE = 30.0  # seconds until a simulated viewer opens another page
PATIENCE = 30_000  # milliseconds
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]"
_AT_END = (
    "import sys, runpy; from datetime import datetime; import monitor.clock as clock; real = clock.utcnow; "
    "shift = real() - datetime.fromisoformat({end!r}); clock.utcnow = lambda: real() - shift; "
    "sys.argv = ['streamlit', *sys.argv[1:]]; runpy.run_module('streamlit', run_name='__main__')"
)
"""The server's program with its clock moved."""


@contextmanager
def server(url: str) -> Iterator[str]:
    """The address of a dashboard of this database, as of the end of its year."""
    with tempfile.TemporaryDirectory() as folder:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        path = Path(folder) / "config.yaml"
        path.write_text(
            f'database: {{url: "{url}"}}\nbrands: [{{id: brand0, name: Brand 0}}]\ndashboard: {{port: {port}}}\n'
        )
        words = command(load_settings(path))
        words = [words[0], "-c", _AT_END.format(end=END.isoformat()), *words[3:]]
        running = subprocess.Popen(words, env={**environment(path), "PYTHONPATH": str(Path.cwd())})
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", running)
            yield f"127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(20)


def _wait_for(url: str, running: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if running.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own address)
            return
        time.sleep(0.2)
    raise SystemExit("the dashboard did not start")


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


def first_paint(page: Page, place: str, name: str) -> tuple[float, float]:
    """Seconds to the first contentful paint, and until the page's own content is shown."""
    address, sign = PAGES[name]
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


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measured(place: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each kind of look, so many times each."""
    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        for name in PAGES:
            first_paint(page, place, name)
        for _ in range(rounds):
            for name in PAGES:
                paint, shown = first_paint(page, place, name)
                found.setdefault(f"{name}: paint", []).append(paint)
                found.setdefault(f"{name}: shown", []).append(shown)
        for _ in range(rounds):
            interactions(page, place, found)
        for name in PAGES:
            strange = browser.new_context(viewport={"width": 1440, "height": 900})
            paint, shown = first_paint(strange.new_page(), place, name)
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
    with server(searchable(asked.mentions, asked.folder)) as place, others(place, asked.others) as people:
        time.sleep(5)
        found = measured(place, asked.rounds)
        print(f"{asked.others} others, {sum(one.runs for one in people)} runs of theirs meanwhile")
    for name, values in found.items():
        print(f"{name:32} median {median(values):6.2f} s   95th percentile {_quantile(values, 0.95):6.2f} s")
    if asked.json:
        asked.json.write_text(json.dumps(found))


if __name__ == "__main__":
    sys.exit(main())
