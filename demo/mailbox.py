"""A mailbox on this machine: takes every mail by SMTP and keeps it as a file."""

import email
import email.policy
import itertools
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


def _silent(_: EmailMessage, __: Path) -> None:
    """Tell nobody."""


class Mailbox:
    """Writes `0001.eml`, `0002.eml` … into a folder; `on_mail` hears of each, in the receiver's thread."""

    def __init__(self, folder: Path, port: int, on_mail: Callable[[EmailMessage, Path], None] = _silent) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = port
        self._on_mail = on_mail
        self._numbers = itertools.count(1)
        self._controller = Controller(self, hostname=HOST, port=port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def files(self) -> list[Path]:
        """All mails, oldest first."""
        return sorted(self.folder.glob("*.eml"))

    def mails(self) -> list[EmailMessage]:
        return [_read(path.read_bytes()) for path in self.files()]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd calls it so)
        content = envelope.original_content or b""
        path = self.folder / f"{next(self._numbers):04}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.rename(path)  # whoever watches the folder sees whole mails only
        self._on_mail(_read(content), path)
        return "250 Message accepted for delivery"


def _read(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)
