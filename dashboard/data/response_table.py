"""The response figures as a table that a spreadsheet opens, without anything that it would take for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from dashboard.data.response import Group, Response, Summary, Took
from monitor.alerting.text import one_line
from monitor.reports.answering import Share
from monitor.spreadsheet import guard

COLUMNS = (
    "of", "opened", "answered", "answer_median_minutes", "answer_90_percent_minutes", "answered_in_time",
    "answers_judged", "solved", "solution_median_minutes", "solution_90_percent_minutes", "solved_in_time",
    "solutions_judged", "first_contact", "solved_once", "escalated", "reopened", "hostile", "open_now",
)  # fmt: skip


def as_csv(found: Response, groups: Sequence[Group], names: dict[str, str]) -> bytes:
    """Both stretches, then each group; numbers of cases, so that rates can be made of any sum; UTF-8 for Excel."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(found, groups, names):
        writer.writerow([guard(value) for value in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def _rows(found: Response, groups: Sequence[Group], names: dict[str, str]) -> Iterator[tuple[object, ...]]:
    yield ("all", *_values(found.now), None)
    yield ("all, the days before", *_values(found.before), None)
    for group in groups:
        yield (one_line(names.get(group.key, group.key)), *_values(group.of), group.load)


def _values(of: Summary) -> Iterable[object]:
    return (
        of.opened, of.answer.of, *_minutes(of.answer), *of.answered_in_time, of.solution.of, *_minutes(of.solution),
        *of.solved_in_time, *of.first_contact, _kept(of.escalated), _kept(of.reopened), _kept(of.hostile),
    )  # fmt: skip


def _minutes(one: Took) -> tuple[float | None, float | None]:
    times = (one.median, one.nine_in_ten)
    median, most = (None if value is None else round(value.total_seconds() / 60, 1) for value in times)
    return median, most


def _kept(share: Share) -> int:
    return share.kept
