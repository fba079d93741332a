"""The small types that shapes of JSON answers are made of: they forgive what is beside the point of a text."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from crawlers.answers import Shape, shaped
from crawlers.base import FormatChanged


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        raise ValueError("no id")
    return str(value).strip()


def _ref(value: Any) -> str:
    return _id(value) if isinstance(value, int | str) and not isinstance(value, bool) and value else ""


Text = Annotated[str, BeforeValidator(_text)]
"""A text; "" where there is none."""
Number = Annotated[int | None, BeforeValidator(_number)]
"""A count; None where there is none."""
Flag = Annotated[bool, BeforeValidator(lambda value: value is True)]
Id = Annotated[str, BeforeValidator(_id)]
"""A number or a word that names a text; without it the entry is unreadable."""
Ref = Annotated[str, BeforeValidator(_ref)]
"""The id of another text; "" where there is none."""


def one(data: Any, shape: type[Shape], *, what: str) -> Shape:
    """A single thing in its shape; FormatChanged when it does not fit."""
    good, _ = shaped([data], shape, what=what)
    if not good:
        raise FormatChanged(f"the {what} cannot be read")
    return good[0]
