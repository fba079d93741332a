"""How hard to try, and odd things to try with: texts, pages with holes, and trees of values that nobody expects."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
TIMES = 100
"""How many times as long `make fuzz` tries as the check does."""

HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\r\nBcc: victim@example.org\r\n\r\n",
        "=HYPERLINK(1)",
        "@SUM(A1)",
        "\t=1+1",
        "<!channel> <@U1>",
        "*b* _i_ `c` [l](javascript:alert(1))",
        "{{ 7*7 }}{% raw %}",
        "&amp;&lt;&#0;&#xD800;",
        "]]></item>",
        "\x00\x1b[2J\x9b31m",
        "\u202eexe.gpj\u202c\u2066",
        "\u2028\u2029\x85",
        "half \ud83d",
        "👩‍👩‍👧‍👦🇵🇰" * 40,
        "z" + "\u0301" * 400,
        "javascript:alert(1)",
        "https://shop.example/?a=<b>&c='d'",
        "2 days ago",
        "9999999999999999999999",
        "1e999",
        "-0",
        "NaN",
        "۱۲۳",
    ]
)
texts = st.lists(st.one_of(st.text(max_size=40), HOSTILE), max_size=5).map("".join)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), texts, st.dates(), st.datetimes(), st.binary(max_size=20)
)


def trees(leaves: st.SearchStrategy[Any] = scalars) -> st.SearchStrategy[Any]:
    """Lists and mappings of values, with keys that are no names."""
    keys = st.one_of(texts, st.integers(), st.none(), st.booleans())
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))


def tried(times: int) -> Callable[[Any], Any]:
    """So many examples in the check, the same ones each time; many more and others each time in `make fuzz`."""
    return settings(
        max_examples=times * TIMES if LONG else times,
        derandomize=not LONG,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """A page with parts cut out, put in and told twice."""
    body = bytearray(original)
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(body))), draw(st.integers(0, 80))
        again = st.integers(0, len(body)).map(lambda start, length=length: bytes(body[start : start + length]))
        hostile = HOSTILE.map(lambda text: text.encode("utf-8", "surrogatepass"))
        body[at : at + length] = draw(st.one_of(st.binary(max_size=30), hostile, again))
    return bytes(body)


@st.composite
def changed(draw: st.DrawFn, tree: Any) -> Any:
    """A tree of values in which some are replaced, dropped or joined by others."""
    if draw(st.integers(0, 7)) == 0:
        return draw(trees())
    if isinstance(tree, dict):
        kept = {key: draw(changed(value)) for key, value in tree.items() if draw(st.integers(0, 15))}
        return kept if draw(st.integers(0, 9)) else {**kept, **draw(st.dictionaries(texts, scalars, max_size=2))}
    if isinstance(tree, list):
        items = [draw(changed(item)) for item in tree if draw(st.integers(0, 15))]
        return items * 2 if draw(st.integers(0, 15)) == 0 else items
    return tree
