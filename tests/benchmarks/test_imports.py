"""The import benchmark takes in every row of every form, once."""

from pathlib import Path

import pytest

from benchmarks.imports import FORMS, take_in, write
from monitor.models import Mention
from tests.factories import count_rows, database_session, new_database


@pytest.mark.parametrize("form", FORMS)
def test_all_rows_of_a_form_are_taken_in_once(tmp_path: Path, form: str):
    path = tmp_path / f"reviews.{form}"
    write(path, 60)
    url = new_database(tmp_path)
    told = take_in(path, url)
    assert (told["rows"], told["bad"]) == (60, 0)
    with database_session(url) as session:
        assert count_rows(session, Mention) == 60
