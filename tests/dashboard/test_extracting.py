"""Tests of finding what the pages say."""

from io import BytesIO

from dashboard.extracting import words

CODE = b"""
title = _("Owner")
html = f"<b>{escape(_('yours'))}</b> {_n('%(n)s case', '%(n)s cases', number, n=3)}"
later = {Kind.SPIKE: N_("sudden" " complaints")}
told = _(later[kind])
said.write("not for people")
"""


def test_words_are_found_also_inside_f_strings_and_in_two_pieces():
    found = [(name, said) for _line, name, said, _notes in words(BytesIO(CODE), ("_", "_n", "N_"), (), options={})]
    assert found == [
        ("_", "Owner"),
        ("_", "yours"),
        ("_n", ("%(n)s case", "%(n)s cases", None)),
        ("N_", "sudden complaints"),
        ("_", (None,)),
    ]
