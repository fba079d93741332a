"""What a first config is made of: a brand, how it is written, where it is at home, and whom to tell."""

import difflib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import TypeAdapter, ValidationError

from monitor.alerting.notifiers.email import Mailbox
from monitor.errors import ConfigError

LONGEST_NAME = 200
LONGEST_ID = 40
_NEVER = frozenset(("Cc", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Kinds of characters that no name has; joiners (Cf) stay: Urdu and emoji need them."""
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_LOCALTIME = Path("/etc/localtime")


@dataclass(frozen=True, slots=True)
class Mail:
    """How alerts go by e-mail; `password_env` names the environment variable with the password."""

    recipient: str
    host: str
    sender: str
    username: str = ""
    password_env: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that is asked, cleaned and checked."""

    brand: str
    aliases: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    time_zone: str = "UTC"
    site: str = ""
    contact: str = ""
    slack_env: str = ""
    mail: Mail | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.brand, *self.aliases)

    @property
    def id(self) -> str:
        """The brand's id: its name in plain letters, or `brand` when it has none."""
        plain = unicodedata.normalize("NFKD", self.brand).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-") or "brand"


def one_name(text: str) -> str:
    """A name in one line, without characters that no name has; ConfigError when no letter or digit is left."""
    kept = "".join(" " if unicodedata.category(sign) in _NEVER else sign for sign in text)
    name = " ".join(kept.split())[:LONGEST_NAME].rstrip()
    if not any(sign.isalnum() for sign in name):
        raise ConfigError(f"{text!r} has no letter or digit to look for")
    return name


def names_of(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Names, each once and in their order; empty ones are left out."""
    return tuple(dict.fromkeys(one_name(text) for text in texts if text.strip()))


def known_zone(name: str) -> str:
    """A time zone by its name in any case; ConfigError shows some that look like it."""
    zones = {zone.lower(): zone for zone in available_timezones()}
    wanted = name.strip().lower().replace(" ", "_")
    if wanted in zones:
        return zones[wanted]
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(zones)}
    near = difflib.get_close_matches(wanted, [*zones, *cities], n=3, cutoff=0.6)
    hint = ", ".join(dict.fromkeys(zones[cities.get(one, one)] for one in near)) or "Asia/Karachi or Europe/London"
    raise ConfigError(f"{name!r} is not a time zone such as {hint}")


def machine_zone(localtime: Path = _LOCALTIME) -> str:
    """The time zone that this machine is set to, or UTC."""
    wanted = os.environ.get("TZ", "").removeprefix(":")
    if not wanted and localtime.is_symlink():
        wanted = os.path.realpath(localtime).partition("zoneinfo/")[2].removeprefix("posix/")
    return wanted if wanted in available_timezones() else "UTC"


def site_address(text: str) -> str:
    """A web address; `shop.example` counts as https. ConfigError when it is none."""
    address = text.strip()
    if address and "://" not in address:
        address = f"https://{address}"
    if address and not (
        re.fullmatch(r"https?://[^\s/@?#:]+(:\d{1,5})?([/?][!-~]*)?", address) and _can_be_split(address)
    ):
        raise ConfigError(f"{text!r} is not an address such as https://shop.example")
    return address


def _can_be_split(address: str) -> bool:
    """Whether it has a host, without brackets left open, and a port that there can be."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def mailbox(text: str) -> str:
    """An e-mail address, or nothing; ConfigError says what one looks like."""
    try:
        return TypeAdapter(Mailbox).validate_python(text.strip()) if text.strip() else ""
    except ValidationError as error:
        raise ConfigError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def variable_name(text: str) -> str:
    """The name of an environment variable; ConfigError otherwise, without showing what may be a secret."""
    if text and not _VARIABLE.fullmatch(text):
        raise ConfigError("name an environment variable in capitals, such as SLACK_WEBHOOK_URL, not the secret itself")
    return text
