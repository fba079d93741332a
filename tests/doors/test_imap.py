"""A mailbox on a real Dovecot: read once, in order, never changed, also when the server counts anew."""

import mailbox
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from imap_tools.utils import encode_folder
from pydantic import ValidationError
from sqlmodel import Session, select

from monitor.clock import utcnow
from monitor.doors import imap
from monitor.doors.door import DoorTrouble, Look, Taken
from monitor.doors.imap import LARGEST_READ, Options, poll
from monitor.doors.letters import Unreadable, read_letter
from monitor.facts import MentionKind
from monitor.jobs import receive
from monitor.models import Mention, Source, SourceHealth
from monitor.store import doors as kept
from tests.contexts import make_context
from tests.doors.dovecot import PASSWORD, USER, Mailbox, dovecot, free_port
from tests.doors.test_letters import mail

MAILBOX = {"type": "imap", "id": "post", "brands": ["karak"], "host": "127.0.0.1", "tls": "none", "user": USER}


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    # pytest's own folders are closed to the user that keeps the mail
    with tempfile.TemporaryDirectory() as folder, dovecot(Path(folder)) as box:
        yield box


@pytest.fixture
def box(server: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """An empty mailbox, and its password where the config looks for it."""
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with server.opened() as client:
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)") if client.search(None, "ALL")[1][0] else None
        client.expunge()
    return server


def door(box: Mailbox, **changes: object) -> Options:
    return Options.model_validate({**MAILBOX, "port": box.port, "password": {"env": "MAIL_PASSWORD"}, **changes})


def look(options: Options, notes: dict[str, str] | None = None) -> list[Taken]:
    return list(poll(options, Look(now=utcnow(), notes=notes or {})))


def texts(pieces: list[Taken]) -> list[str]:
    return [text.text for piece in pieces for text in piece.texts]


def counted(pieces: list[Taken]) -> Counter[str]:
    return sum((Counter(piece.counters) for piece in pieces), Counter())


def sent(number: int, body: str = "", *heads: str, **named: str) -> bytes:
    date = utcnow().strftime("%a, %d %b %Y %H:%M:%S +0000")
    return mail(body or f"Complaint {number}.", *heads, **{"Message_ID": f"<{number}@x>", "Date": date, **named})


@pytest.mark.slow
def test_mails_become_texts_with_their_sender_thread_and_time(box: Mailbox):
    box.put(sent(1), sent(2, "No answer!", "In-Reply-To: <1@x>", "References: <0@x> <1@x>"))
    (piece,) = look(door(box))
    first, second = piece.texts
    assert (first.kind, first.host, first.external_id) == (MentionKind.COMMENT, USER, "1@x")
    assert (first.author_ref, first.author_name, first.title) == ("ana@example.org", "Ana Lee", "Kettle")
    assert (second.parent_ref, second.root_ref) == ("1@x", "0@x")


@pytest.mark.slow
def test_a_mail_is_taken_once_and_stays_unread(box: Mailbox):
    box.put(sent(1), sent(2))
    (piece,) = look(door(box))
    box.put(sent(3))
    assert texts(look(door(box), dict(piece.notes))) == ["Complaint 3."]
    assert not any(r"\Seen" in flags for flags in box.flags())


@pytest.mark.slow
def test_nothing_new_gives_nothing_though_the_server_names_the_newest_mail(box: Mailbox):
    box.put(sent(1))
    (piece,) = look(door(box))
    assert look(door(box), dict(piece.notes)) == []


@pytest.mark.slow
def test_mails_are_marked_as_read_only_when_that_is_wanted_and_nothing_is_removed(box: Mailbox):
    box.put(sent(1), sent(2))
    with box.opened() as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Deleted)")
    look(door(box, mark_seen=True))
    flags = box.flags()
    assert len(flags) == 2
    assert all(r"\Seen" in each for each in flags)


@pytest.mark.slow
def test_a_server_that_counts_anew_is_read_again_and_nothing_is_kept_twice(box: Mailbox, session: Session):
    box.put(*(sent(number) for number in range(1, 13)))
    settings = {"doors": [{**MAILBOX, "port": box.port, "password": {"env": "MAIL_PASSWORD"}}]}
    context = make_context(session, utcnow(), **settings)
    assert receive.run(context)["new"] == 12
    source = session.exec(select(Source).where(Source.slug == "post")).one()
    before = kept.notes(session, source.id)
    box.count_anew()
    box.put(sent(13))
    later = make_context(session, utcnow() + timedelta(hours=1), **settings)
    counters = receive.run(later)
    assert (counters["unchanged"], counters["new"]) == (12, 1)
    assert len(session.exec(select(Mention)).all()) == 13
    assert kept.notes(session, source.id) != before


@pytest.mark.slow
def test_answers_in_one_thread_are_connected_in_the_database(box: Mailbox, session: Session):
    box.put(sent(1), sent(2, "Still nothing.", "In-Reply-To: <1@x>", "References: <1@x>"))
    context = make_context(
        session, utcnow(), doors=[{**MAILBOX, "port": box.port, "password": {"env": "MAIL_PASSWORD"}}]
    )
    receive.run(context)
    first, second = session.exec(select(Mention).order_by(Mention.id)).all()
    assert (second.parent_id, second.root_id) == (first.id, first.id)
    assert first.fresh


@pytest.mark.slow
def test_a_large_file_is_not_fetched_and_the_text_before_it_is_read(box: Mailbox):
    attached = "QUJD\n" * (3 * LARGEST_READ // 5)
    parts = (
        "--b\nContent-Type: text/plain\n\nSee the photo.\n--b\nContent-Type: image/jpeg\n"
        f"Content-Transfer-Encoding: base64\n\n{attached}--b--"
    )
    box.put(sent(1, parts, "Content-Type: multipart/mixed; boundary=b"))
    pieces = look(door(box))
    assert texts(pieces) == ["See the photo."]


@pytest.mark.slow
def test_a_large_mail_without_a_text_at_its_beginning_is_counted(box: Mailbox):
    attached = "QUJD\n" * (2 * LARGEST_READ // 5)
    box.put(sent(1, attached, "Content-Type: image/jpeg", "Content-Transfer-Encoding: base64"), sent(2))
    pieces = look(door(box))
    assert texts(pieces) == ["Complaint 2."]
    assert counted(pieces)["dropped: mail too large, and no text at its beginning"] == 1


@pytest.mark.slow
def test_only_mails_of_the_wanted_people_are_taken(box: Mailbox):
    box.put(
        sent(1, From="ana@customers.example", To="help@shop.example"),
        sent(2, From="boss@shop.example", To="help@shop.example"),
        sent(3, From="ben@customers.example", To="jobs@shop.example"),
        sent(4, "I am away.", "Auto-Submitted: auto-replied", From="cy@customers.example", To="help@shop.example"),
    )
    pieces = look(door(box, **{"from": ["@customers.example"], "to": ["help@shop.example"]}))
    assert texts(pieces) == ["Complaint 1."]
    assert counted(pieces)["dropped: automatic mail"] == 1
    assert texts(look(door(box, not_from=["@shop.example"], automatic=True)))[1:] == ["Complaint 3.", "I am away."]


@pytest.mark.slow
def test_the_first_look_goes_back_only_so_far(box: Mailbox):
    box.put(sent(1), at=utcnow() - timedelta(days=90))
    box.put(sent(2))
    assert texts(look(door(box))) == ["Complaint 2."]


@pytest.mark.slow
def test_a_folder_may_have_a_name_in_any_script(box: Mailbox):
    with box.opened() as client:
        client.create(encode_folder("شکایات").decode())
    box.put(sent(1), folder=encode_folder("شکایات").decode())
    assert texts(look(door(box, folder="شکایات"))) == ["Complaint 1."]


@pytest.mark.slow
def test_a_look_at_the_mailbox_counts_its_mails_and_leaves_them_unread(box: Mailbox):
    box.put(sent(1), sent(2))
    assert imap.probe(door(box)) == f"2 mails in INBOX of {USER}"
    assert not any(r"\Seen" in flags for flags in box.flags())


@pytest.mark.slow
def test_a_refused_login_says_so_without_the_password(box: Mailbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAIL_PASSWORD", "wrong-secret")
    with pytest.raises(DoorTrouble, match="refused the login") as caught:
        look(door(box))
    assert "wrong-secret" not in str(caught.value)


@pytest.mark.slow
def test_a_folder_that_is_not_there_is_named(box: Mailbox):
    with pytest.raises(DoorTrouble, match="folder Nowhere: the server said"):
        look(door(box, folder="Nowhere"))


def test_a_server_that_is_not_there_makes_the_door_fail_and_it_is_tried_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    now = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    options = {**MAILBOX, "port": free_port(), "password": {"env": "MAIL_PASSWORD"}}
    context = make_context(session, now, doors=[options])
    assert receive.run(context)["failed"] == 1
    source = session.exec(select(Source).where(Source.slug == "post")).one()
    assert source.health is SourceHealth.FAILING
    assert "cannot be reached" in source.error


def test_a_server_that_says_nothing_is_not_waited_for_and_the_password_is_not_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    monkeypatch.setattr(imap, "PATIENCE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = Options.model_validate(
            {**MAILBOX, "port": silent.getsockname()[1], "password": {"env": "MAIL_PASSWORD"}}
        )
        with pytest.raises(DoorTrouble, match="cannot be reached") as caught:
            look(options)
    assert PASSWORD not in f"{options!r} {caught.value} {options.model_dump()}"


def test_a_password_is_never_sent_in_the_open(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with pytest.raises(ValidationError, match="on this machine only"):
        Options.model_validate({**MAILBOX, "host": "mail.shop.example", "password": {"env": "MAIL_PASSWORD"}})


def test_recorded_mails_of_real_programs_are_all_read(data: Path):
    raws = [path.read_bytes() for path in sorted(data.glob("fixtures/email/*.eml"))]
    for path in sorted(data.glob("fixtures/email/*.mbox")):
        box = mailbox.mbox(path)
        raws += [box.get_bytes(key) for key in box.iterkeys()]
        box.close()
    if not raws:
        pytest.skip("no recorded mails")
    letters, refused = [], []
    for raw in raws:
        try:
            letters.append(read_letter(raw, utcnow()))
        except Unreadable as error:
            refused.append(error.reason)
    assert len(letters) >= 7
    assert refused == []
    assert not any(line.startswith(">") for letter in letters for line in letter.text.splitlines())


@pytest.mark.parametrize("told", ["01-Jan-0000 00:00:00 +0000", "01-Foo-2026 00:00:00 +0000", ""])
def test_a_mail_that_is_kept_since_an_impossible_time_is_read_all_the_same(told: str):
    now = utcnow()
    found = imap._fetched(f'1 (UID 5 RFC822.SIZE 9 INTERNALDATE "{told}" BODY[]<0> {{9}}'.encode(), b"Subject: x", now)
    assert found is not None
    assert found.kept_at == now


def test_a_host_that_is_no_name_is_a_trouble_and_no_crash(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    given = {**MAILBOX, "tls": "tls", "host": "mail..example", "password": {"env": "MAIL_PASSWORD"}}
    with pytest.raises(DoorTrouble, match="no name of a server"):
        look(Options.model_validate(given))
