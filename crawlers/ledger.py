"""What each kind of place allows and needs, and the places that are refused: the ledger of `emberwatch sources`."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a kind of place is read."""

    OPEN = "open"  # without keys
    KEYED = "keyed"  # with a key, an account or an approval of the host
    OFF = "off"  # only when the operator switches it on, and knows why it is off
    REFUSED = "refused"  # never; its texts can be imported


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One line of the ledger. `needs` says what the operator must have, `limits` how much may be asked of the host,
    `terms` what its rules say, `why` (of what is off or refused) the reason, `instead` the way to import."""

    verdict: Verdict
    needs: str = ""
    limits: str = ""
    terms: str = ""
    why: str = ""
    instead: str = ""
    unverified: str = ""  # what nobody has seen answered yet
    agreement: str = ""  # why robots.txt does not speak of its requests: the host agreed to them with the operator
