"""A report read in a real browser: its contents lead to its parts, and every form can be taken along."""

from pathlib import Path

import pytest

from monitor.clock import utcnow
from monitor.models import Report
from tests.chromium import PATIENCE, Somebody, chromium
from tests.dashboard.served import served
from tests.factories import database_session, make_brand, new_database
from tests.reports.samples import MONDAY, full_figures

pytestmark = pytest.mark.slow


def test_a_report_is_read_part_by_part_and_taken_along(tmp_path: Path) -> None:
    url = new_database(tmp_path, "reports.db")
    with database_session(url) as session:
        brand = make_brand(session)
        figures = full_figures().model_dump(mode="json")
        session.add(Report(brand_id=brand.id, week_start=MONDAY, made_at=utcnow(), figures=figures))
        session.commit()
    with served(url, tmp_path) as address, chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}/reports?week=2026-W46")
        page.locator("iframe").wait_for(timeout=PATIENCE)
        Somebody(page).rests()
        page.frame_locator("iframe").get_by_role("link", name="Answering").click()
        page.wait_for_timeout(500)
        (inner,) = [frame for frame in page.frames if frame.url == "about:srcdoc#answering"]
        assert inner.evaluate("document.scrollingElement.scrollTop") > 500
        page.get_by_role("button", name="Download").click()
        with page.expect_download(timeout=PATIENCE) as taken:
            page.get_by_role("button", name="Workbook").click()
        assert taken.value.suggested_filename == "rosecart-2026-W46.xlsx"
        assert taken.value.path().read_bytes().startswith(b"PK")
