"""Looks at the sources: each is asked once, in a process of its own, and the answer judged."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from monitor.clock import spoken_duration
from monitor.config import Settings, SourceOptions
from monitor.doctor.area import Area
from monitor.errors import ConfigError, MonitorError
from monitor.store.hosts import guessed
from monitor.verdict import Verdict, fails, ok, skipped, warning

LONGEST_SECONDS = 60
"""A probe ends by itself after 25 s; a process that does not is killed."""
OLD = timedelta(days=180)
"""A place whose newest text is older is perhaps not the place that was meant."""

_ANSWER = re.compile(r"the server answers (\d{3})\b")
_SLOW = re.compile(r"Timeout|no end within|Connection|CannotResolve|DNSLookup|DownloadFailed|DataLoss")
"""Errors of the way there, not of the page."""


def check_params(config: Path) -> None:
    """Have each source's spider and parameters checked; ConfigError has one line per mistake."""
    try:
        done = _crawlers("--check", config)
    except subprocess.TimeoutExpired as error:
        raise MonitorError(
            f"the crawlers did not start within {LONGEST_SECONDS} s: is this machine overloaded?"
        ) from error
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 2:
        raise ConfigError(said)
    if done.returncode:
        raise MonitorError(f"the crawlers cannot start: {said.splitlines()[-1] if said else 'no reason given'}")


def examine(settings: Settings, config: Path, now: datetime) -> Iterator[Verdict]:
    """A verdict per source in the order of the config; a few are asked at once, as in a crawl, but no host twice."""
    turns: dict[str, Lock] = defaultdict(Lock)
    wanted = {source.id: sorted(guessed(source.type, source.params)) for source in settings.sources if source.enabled}
    locks = {slug: [turns[host] for host in hosts] for slug, hosts in wanted.items()}
    with ThreadPoolExecutor(settings.crawling.at_once) as pool:
        asked = {slug: pool.submit(_probe_in_turn, slug, config, taken) for slug, taken in locks.items()}
        for source in settings.sources:
            if source.enabled:
                yield judge(source, asked[source.id].result(), now)
            else:
                yield skipped(Area.SOURCES, _subject(source), "switched off in the config")


def _probe_in_turn(slug: str, config: Path, turns: Sequence[Lock]) -> dict[str, Any]:
    """Locks are taken in the order of the hosts' names, so that no two wait for each other."""
    with ExitStack() as stack:
        for turn in turns:
            stack.enter_context(turn)
        return probe(slug, config)


def _subject(source: SourceOptions) -> str:
    return f"source {source.id}"


def probe(slug: str, config: Path) -> dict[str, Any]:
    """What the crawlers say of one source: see `crawlers/probe.py` for the keys."""
    try:
        done = _crawlers("--source", slug, "--probe", config)
        told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"outcome": "failed", "error": f"no end within {LONGEST_SECONDS} s"}
    except (ValueError, IndexError):
        said = " ".join(done.stderr.split())[-200:]
        return {"outcome": "failed", "error": said or f"the probe ended with exit code {done.returncode}"}
    return told


def _crawlers(*words: str | Path) -> subprocess.CompletedProcess[str]:
    *arguments, config = map(str, words)
    command = [sys.executable, "-m", "crawlers", *arguments, "--config", config]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS)


def judge(source: SourceOptions, told: Mapping[str, Any], now: datetime) -> Verdict:
    """What a probe means for the operator."""
    subject = _subject(source)
    if told["outcome"] == "blocked":
        return fails(Area.SOURCES, subject, told["error"], _remedy_of_block(told))
    if told["outcome"] == "spent":
        return warning(Area.SOURCES, subject, told["error"], "it is asked again then; raise `every` if it is often so")
    if told["outcome"] != "ok":
        return fails(Area.SOURCES, subject, told["error"], _remedy_of_failure(told))
    found = _found(source, told, now)
    if not told["texts"]:
        remedy = f"a new place may be empty; else see what it gives: python -m crawlers {source.type} --print …"
        return warning(Area.SOURCES, subject, found, remedy)
    newest = datetime.fromisoformat(told["newest_at"]) if told["newest_at"] else None
    if newest is not None and now - newest > OLD:
        return warning(Area.SOURCES, subject, found, "nothing new for long: is it still the right address?")
    return ok(Area.SOURCES, subject, found)


def _found(source: SourceOptions, told: Mapping[str, Any], now: datetime) -> str:
    """`answers 200 in 0.4 s; 20 texts, 3 name the brand, the newest 2 h old`."""
    parts = [f"{told['texts']} text{'' if told['texts'] == 1 else 's'}" if told["texts"] else "no text"]
    if told["texts"] and not source.about_brand:
        parts.append(f"{told['naming_a_brand']} with a watched name")
    if told["newest_at"]:
        parts.append(f"the newest {_age(now - datetime.fromisoformat(told['newest_at']))}")
    if told.get("crawl_delay_seconds"):
        parts.append(f"asks for {told['crawl_delay_seconds']} s between requests")
    return f"answers {told.get('status', '?')} in {told.get('answered_in_seconds', 0):.1f} s; {', '.join(parts)}"


def _age(age: timedelta) -> str:
    return f"{spoken_duration(age)} old" if age > timedelta(minutes=1) else "just now"


def _remedy_of_block(told: Mapping[str, Any]) -> str:
    if told.get("health") == "walled":
        return "the site keeps programs out: remove the source, or ask its owner; import its texts by file instead"
    if told.get("robots") == "unavailable" and "the server answers" not in told["error"]:
        return "nobody answers there: check the address and this machine's network"
    if told.get("robots") == "unavailable":
        return "it is asked again by itself; if it stays, tell the site's owner that robots.txt is broken"
    return "remove the source, or ask the site's owner to allow Emberwatch; import its texts by file instead"


def _status_of(told: Mapping[str, Any]) -> int | None:
    """What the page that failed was answered with: of several pages the first one may be well."""
    named = _ANSWER.search(told["error"])
    status: int | None = int(named[1]) if named else told.get("status")
    return status


def _remedy_of_failure(told: Mapping[str, Any]) -> str:
    status = _status_of(told)
    if told.get("health") == "changed":
        return "the place answers in a new form: update Emberwatch; until then import its texts by file"
    if "leads back to itself" in told["error"]:
        return "open it in a browser: it may want a cookie or a login, which Emberwatch does not use"
    if "private address" in told["error"]:
        return "list it under crawling.allow_private if it is yours"
    if status in (404, 410):
        return "mend the address: nothing is there"
    if status in (401, 403, 451):
        return "the site does not let programs read it: remove the source, or ask its owner"
    if status == 429:
        return "the site is asked too often: raise `every` of its sources"
    if status is not None and status >= 500:
        return "the site is in trouble: it is asked again by itself"
    if status is not None and status < 300 and not _SLOW.search(told["error"]):
        return "the page is not what this type reads: choose another type or address"
    return "check the address and this machine's network"
