"""Views that people keep: their own by name, shared ones by leads, and nothing that is no view of a page."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.errors import AnswerRefused
from monitor.facts import Role
from monitor.jobs import answer
from monitor.jobs.answer import views
from monitor.models import AuditEntry, SavedView
from monitor.store import views as store
from tests.factories import NOON, count_rows, person

VIEWER, AGENT, LEAD = (
    person(name, role) for name, role in (("Vera", Role.VIEWER), ("Sana", Role.AGENT), ("Lea", Role.LEAD))
)


def test_a_view_is_kept_as_the_address_has_it(session: Session) -> None:
    kept = answer.keep_view(session, "mentions", "  Urdu   refunds ", "?q=late+refund&language=ur", VIEWER, NOON)
    assert (kept.name, kept.query, kept.actor, kept.shared) == (
        "Urdu refunds",
        "q=late+refund&language=ur",
        "Vera",
        False,
    )
    assert session.exec(select(AuditEntry.about)).all() == [f"view {kept.id}"]


def test_ones_own_of_the_same_name_is_replaced(session: Session) -> None:
    first = answer.keep_view(session, "inbox", "Mine", "show=mine", AGENT, NOON)
    again = answer.keep_view(session, "inbox", "Mine", "show=open", AGENT, NOON + timedelta(hours=1))
    assert (again.id, again.query, count_rows(session, SavedView)) == (first.id, "show=open", 1)


def test_everybody_sees_their_own_and_what_is_shared(session: Session) -> None:
    answer.keep_view(session, "inbox", "b mine", "", AGENT, NOON)
    answer.keep_view(session, "inbox", "A mine", "", AGENT, NOON)
    answer.keep_view(session, "inbox", "hers", "", VIEWER, NOON)
    answer.keep_view(session, "inbox", "all", "", LEAD, NOON, shared=True)
    answer.keep_view(session, "mentions", "elsewhere", "", LEAD, NOON, shared=True)
    assert [view.name for view in store.visible(session, "inbox", "Sana")] == ["A mine", "b mine", "all"]


def test_only_a_lead_shares(session: Session) -> None:
    with pytest.raises(AnswerRefused, match="role lead"):
        answer.keep_view(session, "inbox", "all", "", AGENT, NOON, shared=True)
    assert count_rows(session, SavedView) == 0


@pytest.mark.parametrize(
    ("page", "name", "query"),
    [
        ("settings", "x", ""),
        ("../inbox", "x", ""),
        ("inbox", " ", ""),
        ("inbox", "\u200b", ""),
        ("inbox", "x" * 81, ""),
        ("inbox", "x", "no query at all"),
        ("inbox", "x", "q=1&q=2"),
        ("inbox", "x", "Q<script>=1"),
        ("inbox", "x", "q=%00"),
        ("inbox", "x", "q=" + "a" * 3000),
        (
            "inbox",
            "x",
            "&".join(f"a{chr(97 + i)}=1" for i in range(26)) + "&" + "&".join(f"b{chr(97 + i)}=1" for i in range(9)),
        ),
    ],
)
def test_what_is_no_view_of_a_page_is_refused(session: Session, page: str, name: str, query: str) -> None:
    with pytest.raises(AnswerRefused):
        answer.keep_view(session, page, name, query, AGENT, NOON)
    assert count_rows(session, SavedView) == 0


def test_nobody_keeps_views_without_end(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_VIEWS", 1)
    answer.keep_view(session, "inbox", "one", "", AGENT, NOON)
    with pytest.raises(AnswerRefused, match="delete one"):
        answer.keep_view(session, "inbox", "two", "", AGENT, NOON)
    answer.keep_view(session, "inbox", "two", "", VIEWER, NOON)


def test_one_deletes_ones_own(session: Session) -> None:
    kept = answer.keep_view(session, "inbox", "one", "", VIEWER, NOON)
    answer.drop_view(session, kept.id or 0, VIEWER, NOON)
    assert count_rows(session, SavedView) == 0
    with pytest.raises(AnswerRefused, match="not there any more"):
        answer.drop_view(session, kept.id or 0, VIEWER, NOON)


def test_a_shared_view_of_another_is_for_leads_to_delete(session: Session) -> None:
    shared = answer.keep_view(session, "inbox", "all", "", LEAD, NOON, shared=True).id or 0
    with pytest.raises(AnswerRefused, match="role lead"):
        answer.drop_view(session, shared, AGENT, NOON)
    answer.drop_view(session, shared, person("Amir", Role.LEAD), NOON)
    assert count_rows(session, SavedView) == 0


def test_what_another_keeps_for_themselves_nobody_deletes(session: Session) -> None:
    kept = answer.keep_view(session, "inbox", "one", "", VIEWER, NOON).id or 0
    with pytest.raises(AnswerRefused, match="not there"):
        answer.drop_view(session, kept, LEAD, NOON)
    assert count_rows(session, SavedView) == 1
