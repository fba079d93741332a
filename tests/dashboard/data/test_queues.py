"""Tests of what an address asks the Inbox for."""

import pytest

from dashboard.data import queues
from dashboard.data.queues import NOBODY, Filters, Show
from monitor.facts import MentionKind, Severity

ALL = Filters(
    3, Show.CLOSED, "Sana", "refund", "ur-Latn", "Ayesha Khan", "shop-reviews", MentionKind.REVIEW, Severity.HIGH,
    overdue=True, hostile=True, words="late parcel",
)  # fmt: skip


def test_what_is_asked_goes_into_the_address_and_comes_back():
    assert queues.read(queues.query(ALL), 3, "Sana") == ALL


def test_who_looks_never_stands_in_the_address():
    assert "Sana" not in str(queues.query(ALL))


@pytest.mark.parametrize("show", Show)
def test_each_list_has_its_address(show: Show):
    assert queues.read(queues.query(Filters(1, show)), 1, "").show is show


def test_an_address_without_filters_is_short():
    assert queues.query(Filters(1, me="Sana")) == {}


@pytest.mark.parametrize(
    "hostile",
    [
        {"show": "everything"},
        {"theme": "'; DROP TABLE mention"},
        {"source": "../../etc/passwd"},
        {"language": "<script>"},
        {"kind": "rumour"},
        {"severity": "worst"},
        {"overdue": "1", "hostile": "true"},
        {"q": " \t "},
    ],
)
def test_what_is_not_known_is_left_out(hostile: dict[str, str]):
    assert queues.read(hostile, 1, "") == Filters(1)


def test_a_long_owner_is_cut_and_says_nothing_backwards():
    owner = queues.read({"owner": "\u202e" + "x" * 500}, 1, "").owner
    assert len(owner) <= 120
    assert "\u202e" not in owner


def test_only_cases_have_an_owner_a_clock_or_a_severity():
    assert not Filters(1, owner=NOBODY, theme="refund").of_cases
    assert all(one.of_cases for one in (Filters(1, owner="Sana"), Filters(1, overdue=True), Filters(1, hostile=True)))
