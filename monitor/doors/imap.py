"""A mailbox: each new mail is taken in once, and left there as it is."""

import imaplib
import re
import ssl
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from pydantic import ConfigDict, Field, model_validator

from monitor.clock import Duration, parse_duration
from monitor.doors.door import DoorOptions, DoorTrouble, Look, Taken
from monitor.doors.letters import Letter, Unreadable, read_letter
from monitor.facts import Collected, MentionKind
from monitor.secret import Secret

PATIENCE_SECONDS = 30.0
LARGEST_READ = 256 * 1024
"""Bytes. Of a larger mail only the beginning is fetched: the text stands there, attached files follow it."""
BATCH = 10
"""Mails fetched at once and kept in one transaction; at most 2.5 MB."""
_BROKEN_MAIL = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What Python's mail parser raises on mails that keep no rule; such a mail must not stop those behind it."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


class Options(DoorOptions):
    """The mailbox, and which of its mails are of customers. Addresses may be whole domains: `@shop.example`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)

    type: Literal["imap"] = "imap"
    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: Literal["tls", "starttls", "none"] = "tls"
    ca_file: Path | None = None  # of a server whose certificate no public authority signed
    user: str = Field(min_length=1)
    password: Secret
    folder: str = "INBOX"
    kind: Literal["comment", "review", "article", "post"] = "comment"
    senders: tuple[str, ...] = Field((), alias="from")  # only mails of these
    recipients: tuple[str, ...] = Field((), alias="to")  # only mails to these
    not_from: tuple[str, ...] = ()  # such as the own domain, whose answers lie in the same mailbox
    automatic: bool = False  # true: also what programs send of themselves
    mark_seen: bool = False
    begin: Duration = parse_duration("30d")  # how far back the first look goes

    @model_validator(mode="after")
    def _not_in_the_open(self) -> Self:
        if self.tls == "none" and self.host not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("tls: none sends the password in the open; it is for a server on this machine only")
        return self

    @property
    def mailbox(self) -> str:
        """The mailbox as an address: what the ids of its mails belong to."""
        return (self.user if "@" in self.user else f"{self.user}@{self.host}").lower()

    @property
    def note(self) -> str:
        """The name of the note that says how far this very folder was read."""
        return f"read of {self.mailbox} at {self.host}: {self.folder}"


@dataclass(frozen=True, slots=True)
class _Fetched:
    """One mail as the server hands it out; `raw` is its beginning when it is large."""

    uid: int
    size: int
    kept_at: datetime
    raw: bytes


def poll(options: Options, look: Look) -> Iterator[Taken]:
    """The mails that came since the last look, some at a time; all since `begin` when the server counts anew.

    The note keeps the folder's UIDVALIDITY and the last UID. A mail that comes again has the same Message-ID.
    """
    with _troubles(options), _opened(options) as box:
        validity = _select(box, options)
        known, _, last = look.notes.get(options.note, "").partition(" ")
        last_uid = int(last) if known == validity and last.isdecimal() else 0
        uids = _new_uids(box, last_uid, look.now - options.begin)
        for start in range(0, len(uids), BATCH):
            batch = uids[start : start + BATCH]
            texts, counters = _read(options, _fetch(box, batch, look.now))
            yield Taken(texts=texts, counters=counters, notes={options.note: f"{validity} {batch[-1]}"})
            if options.mark_seen:
                _mark_seen(box, batch)


def probe(options: Options) -> str:
    """Log in and look at the folder, without reading a mail; what was found. DoorTrouble says what is wrong."""
    with _troubles(options), _opened(options) as box:
        box.folder.set(options.folder, readonly=True)
        number = len(box.uids("ALL", charset=None))
    return f"{number:,} mails in {options.folder} of {options.mailbox}"


@contextmanager
def _troubles(options: Options) -> Iterator[None]:
    """What goes wrong with the server, in words that hold no secret."""
    where = f"{options.host}, folder {options.folder}"
    try:
        yield
    except MailboxLoginError as error:
        raise DoorTrouble(f"{options.host} refused the login of {options.user}") from error
    except ssl.SSLError as error:
        raise DoorTrouble(f"{options.host}: no safe connection: {error.reason or 'TLS failed'}") from error
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        words = " ".join(str(error).replace(options.password.get_secret_value(), "***").split())
        raise DoorTrouble(f"{where}: the server said: {words[:300]}") from error
    except UnicodeError as error:
        raise DoorTrouble(f"{options.host} is no name of a server") from error
    except OSError as error:
        raise DoorTrouble(f"{options.host} cannot be reached: {error.strerror or type(error).__name__}") from error


@contextmanager
def _opened(options: Options) -> Iterator[BaseMailBox]:
    box = _connected(options)
    try:
        user, password = options.user, options.password.get_secret_value()
        login = box.login if (user + password).isascii() else box.login_utf8
        login(user, password, initial_folder=None)
        yield box
    finally:
        with suppress(OSError, ImapToolsError, imaplib.IMAP4.error):
            box.logout()


def _connected(options: Options) -> BaseMailBox:
    if options.tls == "none":
        return MailBoxUnencrypted(options.host, options.port or 143, PATIENCE_SECONDS)
    context = ssl.create_default_context(cafile=options.ca_file)
    if options.tls == "starttls":
        return MailBoxStartTls(options.host, options.port or 143, PATIENCE_SECONDS, ssl_context=context)
    return MailBox(options.host, options.port or 993, PATIENCE_SECONDS, ssl_context=context)


def _select(box: BaseMailBox, options: Options) -> str:
    """Open the folder, so that nothing in it changes unless it shall; its UIDVALIDITY."""
    box.folder.set(options.folder, readonly=not options.mark_seen)
    told = box.client.response("UIDVALIDITY")[1]
    if not told or told[0] is None:
        raise DoorTrouble(f"{options.host}: the server tells no UIDVALIDITY of {options.folder}")
    return str(int(told[0]))


def _new_uids(box: BaseMailBox, last: int, begin: datetime) -> list[int]:
    """UIDs after the last one, in order; `n:*` always gives the newest mail, even one below n."""
    day = f"{begin.day:02}-{_MONTHS[begin.month - 1]}-{begin.year}"
    criteria = f"UID {last + 1}:*" if last else f"SINCE {day}"
    return sorted(uid for uid in map(int, box.uids(criteria, charset=None)) if uid > last)


def _fetch(box: BaseMailBox, uids: Sequence[int], now: datetime) -> list[_Fetched]:
    """The mails that are still there. PEEK leaves them unread."""
    wanted = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{LARGEST_READ}>)"
    status, answer = box.client.uid("FETCH", ",".join(map(str, uids)), wanted)
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH: {status}")
    told: list[tuple[bytes, bytes]] = []
    for piece in answer:  # what stands after a mail, for some servers its UID, comes as a piece of its own
        if isinstance(piece, tuple):
            told.append((piece[0], piece[1]))
        elif isinstance(piece, bytes) and told:
            told[-1] = (told[-1][0] + b" " + piece, told[-1][1])
    found = [_fetched(about, raw, now) for about, raw in told]
    return [mail for mail in found if mail is not None]


def _fetched(about: bytes, raw: bytes, now: datetime) -> _Fetched | None:
    uid, size = _UID.search(about), _SIZE.search(about)
    if uid is None:
        return None
    return _Fetched(int(uid[1]), int(size[1]) if size else len(raw), _kept_at(about) or now, raw)


def _kept_at(about: bytes) -> datetime | None:
    """Since when the mailbox keeps a mail; None when the server tells a time that is none, as moved mails may have."""
    try:
        kept = imaplib.Internaldate2tuple(about)
        return kept and datetime.fromtimestamp(time.mktime(kept), UTC)  # imaplib gives local time
    except (ValueError, LookupError, OverflowError):
        return None


def _read(options: Options, mails: Sequence[_Fetched]) -> tuple[list[Collected], Counter[str]]:
    """The mails of customers as texts, and what was left out, by reason."""
    texts: list[Collected] = []
    counters: Counter[str] = Counter({"mails read": len(mails)})
    for mail in mails:
        try:
            letter = read_letter(mail.raw, mail.kept_at)
        except Unreadable as error:
            large = mail.size > len(mail.raw)
            counters[f"dropped: {'mail too large, and no text at its beginning' if large else error.reason}"] += 1
            continue
        except _BROKEN_MAIL:
            counters["dropped: broken mail"] += 1
            continue
        reason = _left_out(options, letter)
        if reason:
            counters[f"dropped: {reason}"] += 1
        else:
            texts.append(_text(options, letter))
    return texts, counters


def _left_out(options: Options, letter: Letter) -> str:
    """Why this mail is not wanted; "" when it is."""
    if letter.automatic and not options.automatic:
        return "automatic mail"
    if _is_of(letter.sender, options.not_from) or (options.senders and not _is_of(letter.sender, options.senders)):
        return "mail of another sender"
    if options.recipients and not any(_is_of(address, options.recipients) for address in letter.recipients):
        return "mail to another recipient"
    return ""


def _is_of(address: str, wanted: Sequence[str]) -> bool:
    """Whether it is one of these addresses, or of one of these domains, such as @shop.example."""
    return any(address.endswith(one.lower()) if one.startswith("@") else address == one.lower() for one in wanted)


def _text(options: Options, letter: Letter) -> Collected:
    return Collected(
        kind=MentionKind(options.kind),
        host=options.mailbox,
        external_id=letter.id,
        url="",
        title=letter.subject,
        text=letter.text,
        author_ref=letter.sender,
        author_name=letter.name,
        published_at=letter.sent_at,
        parent_ref=letter.parent or None,
        root_ref=letter.root or None,
    )


def _mark_seen(box: BaseMailBox, uids: Sequence[int]) -> None:
    """Past imap-tools, whose `flag` also removes for good what the mailbox's owner has marked as deleted."""
    client: Any = box.client
    client.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", r"(\Seen)")
