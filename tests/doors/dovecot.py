"""A real Dovecot on a free port, with its mail in a folder of the test; it runs as whoever runs the tests."""

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.conftest import need

USER, PASSWORD = "help@shop.example", "pw-of-the-test"
PATIENCE = 30  # seconds
BINARY = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _config(folder: Path, port: int) -> str:
    me = pwd.getpwuid(os.getuid())
    mail_user = pwd.getpwnam("mail") if me.pw_uid == 0 else me
    helpers = "" if me.pw_uid == 0 else f"default_internal_user = {me.pw_name}\ndefault_login_user = {me.pw_name}\n"
    chroot = "" if me.pw_uid == 0 else "  chroot =\n"
    return f"""
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 0
first_valid_gid = 0
{helpers}service imap-login {{
{chroot}  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
{chroot}}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={mail_user.pw_uid} gid={mail_user.pw_gid} home={folder}/mail/%u
}}
"""


class Mailbox:
    """The mailbox as its owner uses it."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder, self.password = port, folder, PASSWORD

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE)
        client.login(USER, self.password)
        yield client
        client.logout()

    def put(self, *mails: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Lay mails into a folder, as of that time."""
        when = imaplib.Time2Internaldate(at or datetime.now(UTC))  # noqa: TID251 (the server's own clock is meant)
        with self.opened() as client:
            for mail in mails:
                status, words = client.append(folder, None, when, mail.replace(b"\n", b"\r\n"))
                assert status == "OK", words

    def flags(self) -> list[str]:
        """The flags of each mail."""
        with self.opened() as client:
            client.select("INBOX", readonly=True)
            return [str(line) for line in client.fetch("1:*", "(FLAGS)")[1]]

    def count_anew(self) -> None:
        """What a restored server does: another UIDVALIDITY, and UIDs from 1 on."""
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (self.folder / "mail" / USER / name).unlink(missing_ok=True)


@contextmanager
def dovecot(folder: Path) -> Iterator[Mailbox]:
    """Start it, wait until it answers, and end it."""
    need(BINARY, "dovecot (apt install dovecot-imapd)")
    port = free_port()
    _make(folder)
    config = folder / "dovecot.conf"
    config.write_text(_config(folder, port))
    server = subprocess.Popen([str(BINARY), "-F", "-c", str(config)], stdout=subprocess.DEVNULL)
    try:
        _wait(port, server, folder / "log")
        yield Mailbox(port, folder)
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _make(folder: Path) -> None:
    folder.chmod(0o755)
    for name in ("run", "mail"):
        (folder / name).mkdir(mode=0o755)
    if os.getuid() == 0:
        shutil.chown(folder / "mail", "mail", "mail")


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.1)
    said = log.read_text()[-2000:] if log.exists() else ""
    raise AssertionError(f"Dovecot did not start: {said}")
