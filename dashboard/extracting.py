"""Finds what the pages say in Python files, for `make messages`: inside f-strings too, where Babel does not look."""

import ast
from collections.abc import Collection, Iterator
from typing import BinaryIO

Found = tuple[int, str, str | tuple[str | None, ...], list[str]]


def words(file: BinaryIO, keywords: Collection[str], _tags: object, options: object) -> Iterator[Found]:  # noqa: ARG001
    """The calls of the functions that say words, as Babel wants them: line, name, arguments, notes."""
    calls = (node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in keywords and call.args:
            said = tuple(_text(one) for one in call.args)
            yield call.lineno, call.func.id, said[0] if len(said) == 1 and said[0] is not None else said, []


def _text(node: ast.expr) -> str | None:
    """The words of an argument; None for what is no text in the code."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
