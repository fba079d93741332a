"""Tests of the catalogues: nothing is missing, and no translation can break a page."""

import ast
import re
import shlex
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from dashboard import viewer
from dashboard.words import DOMAIN, LOCALE

ROOT = Path(__file__).parents[2]
OTHERS = [language for language in viewer.LANGUAGES if language != viewer.ENGLISH]
PLACE = re.compile(r"%\((\w+)\)(.)")
SAYS = {"_": 1, "_h": 1, "N_": 1, "_n": 2, "_hn": 2, "_p": 2}
"""The functions that say words, and how many of their first arguments are words."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code says, extracted as `make messages` does it."""
    found = tmp_path_factory.mktemp("messages") / "emberwatch.pot"
    how = re.search(r"^EXTRACT := -F (\S+) (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert how
    folders = [str(ROOT / name) for name in ("dashboard", "monitor")]
    words = [
        "pybabel",
        "--quiet",
        "extract",
        "-F",
        str(ROOT / how[1]),
        *shlex.split(how[2]),
        "-o",
        str(found),
        *folders,
    ]
    CommandLineInterface().run(words)
    return _read(found)


def _read(path: Path) -> Catalog:
    return read_po(BytesIO(path.read_bytes()), abort_invalid=True)


def _catalogue(language: str) -> Catalog:
    return _read(LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po")


def _pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each form of the source beside its translation."""
    if isinstance(message.id, str):
        yield message.id, message.string
    else:
        yield from zip(message.id, message.string, strict=True)


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_what_the_code_says_and_nothing_else(source: Catalog, language: str):
    wanted, found = (
        {(message.context, message.id) for message in one if message.id} for one in (source, _catalogue(language))
    )
    assert (sorted(map(str, wanted - found)), sorted(map(str, found - wanted))) == ([], []), "run `make messages`"


@pytest.mark.parametrize("language", OTHERS)
def test_everything_is_translated_and_nothing_is_doubtful(language: str):
    catalogue = _catalogue(language)
    missing = [message.id for message in catalogue if message.id and not all(said for _, said in _pairs(message))]
    assert (missing, [message.id for message in catalogue if message.id and message.fuzzy], catalogue.obsolete) == (
        [],
        [],
        {},
    )


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_source(language: str):
    wrong = [
        (asked, said)
        for message in _catalogue(language)
        if message.id
        for asked, said in _pairs(message)
        if said and not _same_places(asked, said, may_leave_out_n=not isinstance(message.id, str))
    ]
    assert wrong == []


def _same_places(asked: str, said: str, *, may_leave_out_n: bool) -> bool:
    """Whether both have the same places. A form for one may say "one" in the place of its number, or the other way."""
    wanted, found = set(PLACE.findall(asked)), set(PLACE.findall(said))
    free = {("n", "s")} if may_leave_out_n else set()
    has_bare_sign = bool(wanted) and "%" in PLACE.sub("", said)
    return wanted ^ found <= free and not has_bare_sign


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_brings_no_tags_and_no_signs_that_turn_the_text(language: str):
    said = [words for message in _catalogue(language) if message.id for _, words in _pairs(message)]
    assert [words for words in said if re.search("[<>\u202a-\u202e\u2066-\u2069]", words)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_knows_one_and_many(language: str):
    catalogue = _catalogue(language)
    assert (catalogue.num_plurals, str(catalogue.locale)) == (2, language)


def _calls(path: Path) -> Iterator[ast.expr]:
    """The first arguments of all that says words."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
            yield from node.args[: SAYS[node.func.id]]


@pytest.mark.parametrize("path", sorted((ROOT / "dashboard").rglob("*.py")), ids=lambda path: path.stem)
def test_what_is_said_can_be_extracted(path: Path):
    made = (ast.JoinedStr, ast.BinOp)  # words that are put together from pieces are in no catalogue
    wrong = [ast.unparse(words) for words in _calls(path) if isinstance(words, made)]
    assert wrong == []


@pytest.mark.parametrize("path", sorted((ROOT / "dashboard").rglob("*.py")), ids=lambda path: path.stem)
def test_places_have_names(path: Path):
    words = [one.value for one in _calls(path) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    bare = [one for one in words if re.search(r"%[sdrf]|\{\w*\}", PLACE.sub("", one))]
    assert bare == []
