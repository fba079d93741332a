"""Sends messages as e-mail over SMTP: text and HTML, threaded by incident, safe against forged headers."""

import hashlib
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, getaddresses, parseaddr
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from monitor.alerting.channel import ChannelOptions, PartlyDelivered
from monitor.alerting.mail import fill
from monitor.alerting.text import clip, one_line
from monitor.clock import Duration
from monitor.errors import DeliveryError
from monitor.facts import Message, Severity
from monitor.secret import Secret

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_JOINER = "\u2060"  # invisible and without width
_LONGEST_FIRST_WORD = 60
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_STEPS = 12  # of a conversation, besides one for each recipient: connect, hello, encrypt, hello, login …
_Replies = dict[str, tuple[int, bytes]]
"""What the server said of each address."""


def _sound_mailbox(value: str) -> str:
    """Accept `name@host` and `Some Name <name@host>`; anything that could become a second header is refused."""
    address = parseaddr(value)[1]
    local, _, domain = address.rpartition("@")
    sound = local and domain and address.isascii() and not set(address) & set(' <>,;:"')
    if not sound or not value.isprintable() or len(getaddresses([value])) != 1:
        raise ValueError(f"{value!r} is not an address such as alerts@example.org or Alerts <alerts@example.org>")
    return value


Mailbox = Annotated[str, AfterValidator(_sound_mailbox)]


class Options(ChannelOptions):
    type: Literal["email"]
    host: str
    port: int | None = Field(default=None, ge=1, le=65535)  # the usual one of the security chosen, if absent
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: Secret | None = None
    sender: Mailbox
    recipients: tuple[Mailbox, ...] = Field(min_length=1)
    timeout: Duration = Field(default=timedelta(seconds=15), gt=timedelta())  # of each step of the conversation

    @model_validator(mode="after")
    def _login_is_whole_and_protected(self) -> Self:
        if bool(self.username) != (self.password is not None):
            raise ValueError("username and password go together: give both or neither")
        if self.password and self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError("a password is sent over starttls or tls only (security: none is for this machine)")
        return self

    @property
    def longest_send(self) -> timedelta:
        return self.timeout * (_STEPS + len(self.recipients))


def send(options: Options, message: Message) -> str:
    """Hand one mail for all recipients to the SMTP server; the receipt is its Message-ID.

    The mail is the same for those who were refused for now when others were not (greylisting goes by recipient). When
    those are no longer in the config, everybody who is to have it has it, and no server is asked.
    """
    mail = compose(options, message)
    wanted = [address for address in _addresses(options) if not message.only_for or address in message.only_for]
    refused = _converse(options, lambda connection: connection.send_message(mail, to_addrs=wanted)) if wanted else {}
    if refused:
        later = tuple(address for address, (code, _) in refused.items() if code < 500)
        said = _safe(options, f"some recipients were refused: {_replies(refused)}")
        raise PartlyDelivered(said, later=later, lost=len(later) < len(refused))
    return str(mail["Message-ID"])


def probe(options: Options) -> str:
    """Connect, log in, name sender and recipients as for a mail, and take it back (RSET): nothing is sent."""
    refused = _converse(options, lambda connection: _named(connection, options))
    if refused:
        raise _explained(options, smtplib.SMTPRecipientsRefused(refused))
    login = ", login accepted" if options.password is not None else ""
    return f"{options.host} takes mail for {', '.join(_addresses(options))}{login}; nothing was sent"


def _named(connection: smtplib.SMTP, options: Options) -> _Replies:
    """Name sender and recipients; the recipients that were refused."""
    connection.ehlo_or_helo_if_needed()
    sender = parseaddr(options.sender)[1]
    code, reply = connection.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, reply, sender)
    answers = {address: connection.rcpt(address) for address in _addresses(options)}
    connection.rset()
    return {address: answer for address, answer in answers.items() if answer[0] not in (250, 251)}


def _addresses(options: Options) -> list[str]:
    return [parseaddr(recipient)[1] for recipient in options.recipients]


def _converse(options: Options, say: Callable[[smtplib.SMTP], _Replies]) -> _Replies:
    """What `say` gives in a conversation with the server; DeliveryError when there is none or it goes wrong."""
    try:
        return _hand_over(options, say)
    except smtplib.SMTPException as error:
        raise _explained(options, error) from None
    except UnicodeError:
        reason = "the host, username or password has characters that SMTP cannot carry"
        raise DeliveryError(reason, permanent=True) from None
    except OSError as error:
        reason = "took too long to answer" if isinstance(error, TimeoutError) else f"cannot be reached: {error}"
        raise DeliveryError(_safe(options, f"the mail server {options.host} {reason}"), permanent=False) from None


def _hand_over(options: Options, say: Callable[[smtplib.SMTP], _Replies]) -> _Replies:
    connection = _connect(options)
    try:
        if options.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if options.password is not None:
            connection.login(options.username, options.password.get_secret_value())
        return say(connection)
    finally:
        # The mail is accepted or refused by now: a quarrel while parting must not make it go out twice.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _connect(options: Options) -> smtplib.SMTP:
    port = options.port or _PORTS[options.security]
    timeout = options.timeout.total_seconds()
    if options.security == "tls":
        return smtplib.SMTP_SSL(options.host, port, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(options.host, port, timeout=timeout)


def _explained(options: Options, error: smtplib.SMTPException) -> DeliveryError:
    """What the server said, and whether it means it for good: SMTP codes from 500 on are permanent (RFC 5321)."""
    host = options.host
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        permanent = all(code >= 500 for code, _ in error.recipients.values())
        return DeliveryError(
            _safe(options, f"{host} refused the recipients: {_replies(error.recipients)}"), permanent=permanent
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryError(_safe(options, f"{host}: {error}: check security and login"), permanent=True)
    if isinstance(error, smtplib.SMTPResponseException):
        login = ": check username and password" if isinstance(error, smtplib.SMTPAuthenticationError) else ""
        said = f"{host} answered {error.smtp_code} {_decoded(error.smtp_error)}{login}"
        return DeliveryError(_safe(options, said), permanent=error.smtp_code >= 500)
    # smtplib turns a time-out into a closed connection and keeps only its words.
    said = "took too long to answer" if "timed out" in str(error) else f"broke off: {error}"
    return DeliveryError(_safe(options, f"the mail server {host} {said}"), permanent=False)


def _replies(recipients: _Replies) -> str:
    return "; ".join(f"{address} ({code} {_decoded(reply)})" for address, (code, reply) in recipients.items())


def _decoded(reply: bytes | str) -> str:
    return reply if isinstance(reply, str) else reply.decode("utf-8", "replace")


def _safe(options: Options, text: str) -> str:
    """A server's words may say anything, our password too: show one short line without it."""
    if options.password is not None:
        text = text.replace(options.password.get_secret_value(), "***")
    return clip(one_line(text), 300)


def compose(options: Options, message: Message) -> EmailMessage:
    """The mail; the same message gives the same Message-ID on every try, and an incident is one thread."""
    mail = EmailMessage()
    mail["From"] = _mailbox(options.sender)
    mail["To"] = ", ".join(_mailbox(recipient) for recipient in options.recipients)
    mail["Subject"] = _subject(message.subject)
    mail["Date"] = format_datetime(message.at)
    domain = parseaddr(options.sender)[1].rpartition("@")[2]
    mail["Message-ID"] = _message_id("message", message.key, domain)
    # The root of a thread is no mail of its own, so a channel that missed the first one threads all the same.
    mail["In-Reply-To"] = mail["References"] = _message_id("thread", message.thread, domain)
    mail["Auto-Submitted"] = "auto-generated"
    if message.severity is Severity.CRITICAL:
        mail["Importance"] = "high"
    fill(mail, message)
    return mail


def _subject(text: str) -> str:
    """The subject with invisible signs where a header would not be read as it was meant.

    Python decodes what looks like an encoded word (RFC 2047) and writes what it finds, a line end and a header after it
    too. A first word that leaves no room in the first line moves to the second, with a space before it.
    """
    text = text.replace("=?", f"={_JOINER}?")
    return f"{_JOINER}{text}" if len(text.partition(" ")[0]) > _LONGEST_FIRST_WORD else text


def _mailbox(value: str) -> str:
    return formataddr(parseaddr(value))


def _message_id(kind: str, key: str, domain: str) -> str:
    """A Message-ID made of a key: hashed, so that no character of the key can break the header."""
    return f"<{kind}.{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:40]}@{domain}>"
