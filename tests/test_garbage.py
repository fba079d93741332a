"""A process that stays looks for garbage seldom: not among what it loaded, and not for each text it reads."""

import gc
from collections.abc import Iterator

import pytest

from monitor import garbage


@pytest.fixture
def settled() -> Iterator[None]:
    before = gc.get_threshold()
    garbage.settle()
    yield
    gc.set_threshold(*before)


def looks_while_held(number: int) -> int:
    """How often Python looks for garbage while so many objects are made, and all are held."""
    seen: list[str] = []

    def note(phase: str, info: dict[str, int]) -> None:
        seen.append(phase)

    gc.collect()
    gc.callbacks.append(note)
    held = [[one] for one in range(number)]
    gc.callbacks.remove(note)
    assert len(held) == number
    return seen.count("start")


@pytest.mark.usefixtures("settled")
def test_thousands_of_texts_are_held_without_a_search_for_garbage():
    assert looks_while_held(garbage.AFTER // 2) == 0
    assert looks_while_held(garbage.AFTER * 2) in (1, 2)


@pytest.mark.usefixtures("settled")
def test_what_was_loaded_is_not_searched():
    kept = [[one] for one in range(1000)]
    garbage.settle()
    assert not {id(one) for one in kept} & {id(one) for one in gc.get_objects()}
