"""A survey: what customers answer in a form, one answer per order or form."""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from monitor.doors.door import DoorOptions, Taken
from monitor.facts import Collected, MentionKind
from monitor.secret import Secret
from monitor.signing import SHORTEST_SECRET

LONGEST_COMMENT = 5_000
LONGEST_NAME = 100
LONGEST_REF = 100
OLDEST_FORM = timedelta(hours=24)
TRAP = "website"
"""A field that people do not see; programs fill in all there are."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}")
_SIGNATURE_SIGNS = 32
_SOLUTION = re.compile(r"[0-9]{1,15}\.[0-9]{1,4}", re.ASCII)
Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.*-]+(:\d+)?$")]


class Options(DoorOptions):
    """What is asked, how it looks, and where it may be shown."""

    type: Literal["survey"] = "survey"
    ask: Literal["csat", "nps", "comment"] = "csat"
    question: str = Field(default="", max_length=200)  # in the place of ours; said as it is in all languages
    language: Literal["en", "ur", "ur-Latn", "te", "tl"] = "en"  # of those whose browser asks for none that we have
    colour: str = Field(default="#c2410c", pattern=r"^#[0-9a-fA-F]{6}$")
    ask_first_purchase: bool = True
    ask_name: bool = True
    embed_on: tuple[Origin, ...] = ()  # sites that may show the form within their pages
    secret: Secret | None = None  # signs the order in a link: each order then answers once
    signed_only: bool = False  # true: only who has such a link may answer
    per_minute: int = Field(default=60, ge=1, le=100_000)  # answers, of all together

    @model_validator(mode="after")
    def _has_its_secret(self) -> Self:
        if self.signed_only and self.secret is None:
            raise ValueError("signed_only: needs a `secret` that signs the links")
        if self.secret is not None and len(self.secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} characters: openssl rand -hex 32 makes one")
        return self

    @property
    def scale(self) -> tuple[int, int] | None:
        return {"csat": (1, 5), "nps": (0, 10)}.get(self.ask)


class WrongLink(Exception):
    """The order in a link is not signed as it should be."""


class Trapped(Exception):
    """A program filled in the form; it is told nothing of it."""


class Invalid(Exception):
    """The answer cannot be taken as it is: `empty`, or `too_old`."""


@dataclass(frozen=True, slots=True)
class Order:
    """The order that a link names, or the case with its solution (`12.0`); "" when it names none."""

    ref: str = ""
    signature: str = ""
    case: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The part of an address that names it."""
        named = {"case": self.case} if self.case else {"ref": self.ref} if self.ref else {}
        return {**named, "sig": self.signature} if named else {}


def sign_order(secret: str, survey: str, ref: str) -> str:
    """What proves that we named this order: HMAC-SHA256 of `survey:ref`, the first 32 hex digits."""
    return hmac.digest(secret.encode(), f"{survey}:{ref}".encode(), "sha256").hex()[:_SIGNATURE_SIGNS]


def form_key(installation_key: str) -> str:
    """What signs forms and the links of cases, made of this installation's own key."""
    return hmac.digest(installation_key.encode(), b"survey forms", "sha256").hex()


def sign_case(key: str, survey: str, case: str) -> str:
    """What proves that we named this case: as of an order, under another beginning, so that none is taken for one."""
    return hmac.digest(key.encode(), f"case|{survey}|{case}".encode(), "sha256").hex()[:_SIGNATURE_SIGNS]


def case_order(key: str, survey: str, case_id: int, reopened: int) -> Order:
    """What the link of a case names. Each solution may be asked about once: `reopened` tells them apart."""
    case = f"{case_id}.{reopened}"
    return Order(case=case, signature=sign_case(key, survey, case))


def name_of_case(case_id: int, reopened: int) -> str:
    """What one answer about a solution of a case is known by."""
    return f"case:{case_id}.{reopened}"


def answer_id(key: str, survey: str, name: str) -> str:
    """The id of the answer of that name: it tells nobody the order, and nobody without the key can make it."""
    return hmac.digest(key.encode(), f"answer|{survey}|{name}".encode(), "sha256").hex()


def order_of(options: Options, given: Mapping[str, str], key: str = "") -> Order:
    """The order or case of a link or form; WrongLink when it is not signed by us, or must be there and is not.

    `key` is what signs the links of cases; without it none is good.
    """
    if case := given.get("case", "").strip():
        return _case_of(options, case, given.get("sig", "").strip().lower(), key)
    ref, signature = given.get("ref", "").strip(), given.get("sig", "").strip().lower()
    if not ref and not options.signed_only:
        return Order()
    if options.secret is None:
        return Order()  # without a secret anybody could name any order: it says nothing
    expected = sign_order(options.secret.get_secret_value(), options.id, ref)
    if not ref or len(ref) > LONGEST_REF or not hmac.compare_digest(expected.encode(), signature.encode()):
        raise WrongLink
    return Order(ref, signature)


def _case_of(options: Options, case: str, signature: str, key: str) -> Order:
    good = key and _SOLUTION.fullmatch(case)
    if not good or not hmac.compare_digest(sign_case(key, options.id, case).encode(), signature.encode()):
        raise WrongLink
    return Order(case=case, signature=signature)


def new_token(key: str, survey: str, now: datetime) -> str:
    """What makes one form one answer, however often it is sent: the time and a chance, signed."""
    words = f"{int(now.timestamp())}.{secrets.token_urlsafe(12)}"
    return f"{words}.{_token_signature(key, survey, words)}"


def _token_signature(key: str, survey: str, words: str) -> str:
    return hmac.digest(key.encode(), f"form|{survey}|{words}".encode(), "sha256").hex()[:_SIGNATURE_SIGNS]


def _check_token(key: str, survey: str, token: str, now: datetime) -> None:
    words, _, signature = token.rpartition(".")
    good = hmac.compare_digest(_token_signature(key, survey, words).encode(), signature.encode("utf-8", "replace"))
    stamp = words.partition(".")[0]
    if not good or not stamp.isdecimal():
        raise Invalid("too_old")
    if now.timestamp() - int(stamp) > OLDEST_FORM.total_seconds():
        raise Invalid("too_old")


def read_answer(options: Options, given: Mapping[str, str], key: str, now: datetime) -> Taken:
    """The answer of a form as it was sent; WrongLink, Trapped or Invalid says why there is none."""
    order = order_of(options, given, key)
    if given.get(TRAP, "").strip():
        raise Trapped
    comment = given.get("comment", "").replace("\r\n", "\n").strip()[:LONGEST_COMMENT]
    score = _score(options, given.get("score", ""))
    if not comment and score is None:
        raise Invalid("empty")
    token = given.get("token", "")[:200]
    _check_token(key, options.id, token, now)
    name = f"case:{order.case}" if order.case else f"order:{order.ref}" if order.ref else f"form:{token}"
    return Taken(texts=(_text(options, given, order, comment, score, name, now, key),), event=name)


def _about(order: Order) -> str:
    """What the answer is about, for whoever reads it."""
    if order.case:
        return f"case {order.case.partition('.')[0]}"
    return f"order {order.ref}" if order.ref else ""


def _score(options: Options, said: str) -> int | None:
    if options.scale is None or not re.fullmatch(r"[0-9]{1,2}", said.strip()):
        return None
    worst, best = options.scale
    return int(said) if worst <= int(said) <= best else None


def _text(
    options: Options,
    given: Mapping[str, str],
    order: Order,
    comment: str,
    score: int | None,
    name: str,
    now: datetime,
    key: str,
) -> Collected:
    """The answer as a text. Who tells no e-mail is a person of their own: a first name alone is many people's."""
    worst, best = options.scale or (None, None)
    email = given.get("email", "").strip().lower()
    hidden = answer_id(key, options.id, name)
    return Collected(
        kind=MentionKind.SURVEY,
        host=options.id,
        external_id=hidden,
        url="",
        text=comment,
        author_ref=email if options.ask_name and _EMAIL.fullmatch(email) else hidden,
        author_name=given.get("name", "").strip()[:LONGEST_NAME] if options.ask_name else "",
        published_at=now,
        item=_about(order),
        rating_value=score,
        rating_worst=None if score is None else worst,
        rating_best=None if score is None else best,
        first_purchase={"yes": True, "no": False}.get(given.get("first", "")) if options.ask_first_purchase else None,
    )
