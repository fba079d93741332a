"""The command that begins: asks for a brand and writes its first config."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from monitor import first_config
from monitor.cli import screen
from monitor.cli.frame import app, err, out
from monitor.errors import ConfigError
from monitor.first_config import Answers, Mail, Site, answers, site

FIRST = Path("my.yaml")


@app.command()
def init(
    brand: Annotated[str, typer.Option(help="The name of what is watched.")] = "",
    alias: Annotated[list[str] | None, typer.Option(help="Another spelling; repeat it for more.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="A phrase with the name that means something else.")] = None,
    time_zone: Annotated[str, typer.Option(help="Such as Asia/Karachi; this machine's when absent.")] = "",
    web_site: Annotated[str, typer.Option("--site", help="The brand's own web site, to be looked around.")] = "",
    contact: Annotated[str, typer.Option(help="An address that site owners can turn to.")] = "",
    slack_env: Annotated[str, typer.Option(metavar="NAME", help="Variable with a Slack webhook's address.")] = "",
    mail_to: Annotated[str, typer.Option(metavar="ADDRESS", help="Where alerts go by e-mail.")] = "",
    mail_host: Annotated[str, typer.Option(metavar="HOST", help="The mail server.")] = "",
    mail_user: Annotated[str, typer.Option(metavar="NAME", help="The login there, if it wants one.")] = "",
    mail_password_env: Annotated[str, typer.Option(metavar="NAME", help="Variable with its password.")] = "",
    to: Annotated[Path, typer.Option("--out", help="The file to write.")] = FIRST,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not look at the web site.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; what is not given stays out.")] = False,
) -> None:
    """Ask for a brand and write a commented config of sources that need no key."""
    if to.exists() and not force:
        raise ConfigError(f"{to} is there already: choose another name with --out, or replace it with --force")
    asking = _Asking(yes=yes or not sys.stdin.isatty())
    if not brand and asking.yes:
        raise ConfigError("name the brand with --brand")
    given = Answers(
        brand=asking.one("Brand name", brand, answers.one_name, needed=True),
        aliases=asking.many("Other spellings, in any script", alias),
        exclude=asking.many("Phrases with the name that mean something else", exclude),
        time_zone=asking.one("Time zone", time_zone or answers.machine_zone(), answers.known_zone, ask=not time_zone),
        site=asking.one("The brand's web site", web_site, answers.site_address),
        contact=asking.one("Contact address that site owners see", contact, str.strip),
        slack_env=asking.one("Slack: variable with the webhook's address", slack_env, answers.variable_name),
        mail=_mail(asking, mail_to, mail_host, mail_user, mail_password_env),
    )
    found = _look(given, offline=offline)
    first_config.write(to, first_config.render(given, found), force=force)
    _tell_next(to, given)


class _Asking:
    """Asks for what was not given, when there is somebody to ask."""

    def __init__(self, *, yes: bool) -> None:
        self.yes = yes

    def one(
        self, question: str, given: str, check: Callable[[str], str], *, ask: bool | None = None, needed: bool = False
    ) -> str:
        """One answer; a wrong one is asked for again. `given` is the default where it is asked all the same."""
        if self.yes or not (ask if ask is not None else not given):
            return check(given)
        shown = question if given or needed else f"{question} (Enter for none)"

        def checked(text: str) -> str:
            try:
                return check(text)
            except ConfigError as error:
                raise typer.BadParameter(str(error)) from error

        default = None if needed and not given else given
        return str(typer.prompt(shown, default=default, value_proc=checked, show_default=bool(given), err=True))

    def many(self, question: str, given: list[str] | None) -> tuple[str, ...]:
        """Several answers, with commas between them when they are asked for."""
        if given is None and not self.yes:
            said = self.one(f"{question}, comma between", "", lambda text: ",".join(_names(text)))
            return answers.names_of(_names(said))
        return answers.names_of(tuple(given or ()))


def _names(text: str) -> tuple[str, ...]:
    """Names with a comma between them, also an Arabic, Chinese or Japanese one."""
    for comma in "،，、":
        text = text.replace(comma, ",")
    return answers.names_of(tuple(text.split(",")))


def _mail(asking: _Asking, recipient: str, host: str, user: str, password_env: str) -> Mail | None:
    recipient = asking.one("E-mail: where alerts go", recipient, answers.mailbox)
    if not recipient:
        return None
    host = asking.one("E-mail: the mail server", host, str.strip, needed=True)
    if not host:
        raise ConfigError("--mail-to: name the mail server with --mail-host")
    user = asking.one("E-mail: the login there", user, str.strip)
    wanted = "E-mail: variable with its password"
    variable = asking.one(wanted, password_env, answers.variable_name, needed=True) if user else ""
    if user and not variable:
        raise ConfigError("--mail-user: name the variable with the password with --mail-password-env")
    return Mail(recipient, host, recipient, user, variable)


def _look(given: Answers, *, offline: bool) -> Site | None:
    if not given.site or offline:
        return None
    with err.status(Text(f"looking around {given.site} …")):
        found = site.survey(given.site, given.contact)
    if found.error:
        err.print(f"could not look around: {screen.clean(found.error)}", markup=False, highlight=False, soft_wrap=True)
    else:
        seen = [*(["comments"] if found.wordpress else []), *(f"reviews on {page}" for page in found.review_pages)]
        told = ", ".join(seen) or "no comments and no reviews that can be read"
        err.print(f"found at {given.site}: {told}", markup=False, highlight=False, soft_wrap=True)
    return found


def _tell_next(path: Path, given: Answers) -> None:
    """What to do now, in the words to type."""
    variables = [name for name in (given.slack_env, given.mail.password_env if given.mail else "") if name]
    lines = [
        f"written: {path}",
        "next:",
        *(f"  export {name}=…   (see the channels in {path})" for name in variables),
        f"  emberwatch check --config {path}",
        f"  emberwatch run --dashboard --config {path}",
    ]
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
