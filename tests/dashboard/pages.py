"""Opens pages of the dashboard in tests, without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
ADDRESSES = (
    "", "incident", "alerts", "inbox", "mentions", "sources", "themes", "response", "spread", "compare", "reports",
    "settings",
)  # fmt: skip


def write_config(folder: Path, url: str, port: int = 8501) -> Path:
    path = folder / "config.yaml"
    path.write_text(
        f'database: {{url: "{url}"}}\n'
        "brands: [{id: rosecart, name: Rose Cart, time_zone: Asia/Karachi}]\n"
        f"dashboard: {{port: {port}}}\n"
        "channels: [{id: slack-support, type: console}, {id: mail-lead, type: console}]\n"
    )
    return path


def open_page(address: str = "", **query: str) -> AppTest:
    """The app at one of its pages, with a query. AppTest itself can only switch to pages that are files."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if address:
        app._page_hash = app.session_state["pages"][address]._script_hash
        app.run()
    return app


def words_of(app: AppTest) -> str:
    """All HTML on the page except the style."""
    bodies = (str(element.proto.body) for element in app.get("html"))
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def button(app: AppTest, label: str) -> Button:
    """The first button with this label."""
    return next(found for found in app.button if found.label == label)


def act_as(app: AppTest, name: str) -> AppTest:
    """Say who acts."""
    app.session_state["who_acts"] = name
    return app.run()
