"""How words and tags are written in the full-text index, and how it is asked, in SQLite and in PostgreSQL."""

import re
from collections.abc import Sequence

from monitor.folding import Term

_TAG = "¤"
"""Begins a tag in the index: no word has it."""


def tag(kind: str, value: object) -> str:
    """A tag such as `b12` (brand 12) or `lur-Latn` (Roman Urdu); safe whatever the value is.

    Kinds: b brand, l language, s source, t theme, k kind, n sentiment, r rating of five, m media,
    u whether a person should look at the reading, or did.
    """
    return kind + re.sub(r"[^0-9A-Za-z]", "-", str(value))[:40]


def token(one: str) -> str:
    return _TAG + one.replace("-", _TAG)


def tsvector(found: Sequence[str]) -> str:
    """A literal with places. PostgreSQL keeps 256 places of a word, none beyond 16,383."""
    return " ".join(f"'{word}':{min(place, 16_383)}" for place, word in enumerate(found, 1))


def fts5_query(terms: Sequence[Term], tags: Sequence[Sequence[str]]) -> str:
    """The question in the language of FTS5. Words hold letters, marks and digits only: nothing needs escaping."""
    needed = [_fts5(term) for term in terms if not term.without]
    needed += ["(" + " OR ".join(f'"{token(one)}"' for one in group) + ")" for group in tags]
    unwanted = [_fts5(term) for term in terms if term.without]
    every = " AND ".join(needed)
    return f"({every}) NOT ({' OR '.join(unwanted)})" if unwanted else every


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")


def tsquery(terms: Sequence[Term], tags: Sequence[Sequence[str]]) -> str:
    """The question in the language of PostgreSQL."""
    asked = [("!" if term.without else "") + f"({_follows(term)})" for term in terms]
    asked += ["(" + " | ".join(f"'{token(one)}'" for one in group) + ")" for group in tags]
    return " & ".join(asked)


def _follows(term: Term) -> str:
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "")
