"""The command of the alert job, and what an operator does with messages: test a channel, see and send what was lost."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from monitor.alerting.text import one_line
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, opened, out, set_up_log, show
from monitor.cli.silences import By, acting, name
from monitor.cli.work import run_job
from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.facts import LARGEST_NUMBER
from monitor.models import Alert
from monitor.store import backlog
from monitor.store.database import session_of

ALL = "all"


@app.command()
def alert(
    config: ConfigFile = CONFIG,
    test: Annotated[str, typer.Option(metavar="CHANNEL", help="Send a test message to this channel.")] = "",
    dead: Annotated[bool, typer.Option("--dead", help="List the messages that were given up.")] = False,
    resend: Annotated[
        str, typer.Option(metavar="ID", help="Owe a message that was given up once more; `all` for all of them.")
    ] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Route what changed and send what is owed."""
    from monitor.jobs import alert as job

    if dead:
        _list_dead(config, as_json)
    elif resend:
        _resend(config, resend, name(by), as_json)
    elif test:
        receipt = job.test_channel(load_settings(config), test, utcnow())
        show({"channel": test, "receipt": receipt}, as_json)
    else:
        run_job(config, as_json, job.run, again="sent")


def _list_dead(config: Path, as_json: bool) -> None:
    with opened(config) as (_, engine), session_of(engine) as session:
        found = [_plain(one) for one in backlog.dead(session)]
    if as_json:
        print(json.dumps({"dead": found}, ensure_ascii=False))
        return
    for one in found:
        line = f"{one['id']}  {one['at']}  {one['channel']}, {one['attempts']} tries: {one['subject']}; {one['error']}"
        out.print(Text(line), soft_wrap=True)
    remedy = "`emberwatch alert --resend ID` sends one again, `--resend all` all of them"
    out.print(remedy if found else "no message was given up", highlight=False)


def _plain(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "at": alert.created_at.isoformat(timespec="minutes"),
        "channel": alert.channel,
        "incident": alert.incident_id,
        "subject": one_line(str(alert.message.get("subject", ""))),
        "attempts": alert.attempts,
        "error": one_line(alert.error),
    }


def _resend(config: Path, asked: str, by: str, as_json: bool) -> None:
    from monitor.jobs import answer

    set_up_log()
    with opened(config) as (_, engine), session_of(engine) as session:
        numbers = [one.id or 0 for one in backlog.dead(session, None)] if asked == ALL else [_number(asked)]
        again = [answer.resend_alert(session, number, acting(by), utcnow()).id for number in numbers]
    told = {"owed again": ", ".join(map(str, again))} if again else {}
    show({"resent": again} if as_json else told, as_json, idle="no message was given up")
    if again and not as_json:
        out.print("`emberwatch run` sends it, or `emberwatch alert`", highlight=False)


def _number(written: str) -> int:
    # A longer number is in no database, nor can one be asked for it.
    if not written.isdecimal() or len(written) > len(str(LARGEST_NUMBER)) or int(written) > LARGEST_NUMBER:
        raise ConfigError(f"--resend: {written!r} is neither the number of a message nor {ALL!r}; --dead lists them")
    return int(written)
