"""Looks at the login of the dashboard: the provider is asked who it is, and whether anybody may come in."""

import json
from collections.abc import Iterator
from datetime import timedelta

from monitor import web
from monitor.config import Settings
from monitor.config.login import LoginOptions
from monitor.doctor.area import Area
from monitor.verdict import Verdict, fails, ok

NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
"""What a login cannot do without, of what a provider says of itself (OpenID Connect Discovery 1.0, section 3)."""
_TIMEOUT = timedelta(seconds=10)
_LONGEST = 200_000  # bytes
_SUBJECT = "provider of logins"


def examine(settings: Settings) -> Iterator[Verdict]:
    """What the provider says, and who may come in; nothing without a login."""
    options = settings.dashboard.login
    if options is None:
        return
    yield judge(options)
    if not (options.roles or options.listed or options.default_role or any(one.login for one in settings.people)):
        remedy = "set roles, listed or default_role under dashboard.login, or login for somebody in people"
        yield fails(Area.LOGIN, "who may come in", "nobody: nothing gives a role to anybody", remedy)


def judge(options: LoginOptions) -> Verdict:
    """Whether people can be sent to the provider."""
    remedy = "mend dashboard.login.server_metadata_url: it ends with /.well-known/openid-configuration"
    try:
        answer = web.ask("GET", options.server_metadata_url, timeout=_TIMEOUT, private=True, longest=_LONGEST)
    except web.NoAnswer as error:
        found = f"{options.server_metadata_url} {error}"
        return fails(Area.LOGIN, _SUBJECT, found, "check the address and the network: nobody can log in meanwhile")
    if answer.status != 200:
        return fails(Area.LOGIN, _SUBJECT, f"{options.server_metadata_url} answers {answer.status}", remedy)
    try:
        said = json.loads(answer.words)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return fails(Area.LOGIN, _SUBJECT, "what is there is no description of a provider", remedy)
    missing = [name for name in NEEDED if not isinstance(said.get(name), str)]
    if missing:
        return fails(Area.LOGIN, _SUBJECT, f"it describes itself without {', '.join(missing)}", remedy)
    return ok(Area.LOGIN, _SUBJECT, f"{said['issuer']} answers; the client and its secret are tried by a login only")
