"""What a first config says of who is told: channels, routes, the digest, and where links lead."""

import os
from collections.abc import Sequence

from monitor.first_config.answers import Answers, Mail
from monitor.first_config.quoting import commented, quoted

_ROUTES = """\
# Which changes of an incident are told where; without this section every channel hears of all that is high or critical.
# routes:
#   - channels: [$channels]
#     at_least: high
#     tell: [opened, worsened, resolved] # calmed, dismissed, acknowledged and owned can be added
#     repeat: 2h # a reminder while nobody acknowledges it
#     # escalate: [{after: 15m, channels: [boss]}] # who is called when nobody did; `boss` is one more channel above

# Once a day, what these channels were not told of: it was less severe, silenced, over before they were told …
# digest:
#   channels: [$last]
#   hour: 17
#   time_zone: $zone # of the hour

# The buttons in alerts (Acknowledge, I look after it, Useful, Noise) lead to port 8502 of this machine, where
# `emberwatch run` answers. For readers on other machines put a proxy with a certificate before it:
# reception:
#   url: https://act.shop.example # the address of the proxy
"""


def channels(answers: Answers) -> str:
    """The section of the channels; one whose secret is not set now would make the config invalid: it is commented."""
    lines = ["channels: # where alerts go; `emberwatch alert --test ID` tries one"]
    lines += ["  - id: console", "    type: console # the terminal in which `emberwatch run` runs"]
    lines += [text for _, text in _others(answers)]
    return "\n".join([*lines, "", "operator_channel: console # hears of the monitor's own troubles"]) + "\n"


def telling(answers: Answers) -> str:
    """Examples of all that decides who is told when, with the channels that are on."""
    on = active(answers)
    text = _ROUTES.replace("$channels", ", ".join(on)).replace("$last", on[-1])
    return text.replace("$zone", answers.time_zone)


def active(answers: Answers) -> list[str]:
    """Ids of the channels that are on."""
    return ["console", *(slug for slug, text in _others(answers) if not text.lstrip().startswith("#"))]


def _others(answers: Answers) -> list[tuple[str, str]]:
    """Ids of the channels other than the terminal, each with its part of the section."""
    hours = _hours(answers)
    slack, mail = _slack(answers.slack_env, hours), _mail(answers.mail, hours)
    return [("slack", slack), ("slack-threads", _slack_bot()), ("mail", mail)]


def _hours(answers: Answers) -> list[str]:
    return [
        '  # quiet: ["22:00-07:00", "sat,sun"] # what is not critical waits until they end',
        f"  # time_zone: {answers.time_zone} # of these hours",
    ]


def _slack(variable: str, hours: list[str]) -> str:
    block = ["- id: slack", "  type: slack", f"  url: {{env: {variable or 'SLACK_WEBHOOK_URL'}}} # an incoming webhook"]
    return _if_set([*block, *hours], [variable])


def _slack_bot() -> str:
    block = ["- id: slack-threads", "  type: slack_bot", "  token: {env: SLACK_TOKEN} # docs/alerts.md: how to get one"]
    about = "Or a Slack app: one thread per incident, whose first message always shows where things stand:"
    return commented("\n".join([about, *block, '  channel: "#complaints"']))


def _mail(mail: Mail | None, hours: list[str]) -> str:
    given = mail or Mail("care@shop.example", "smtp.shop.example", "alerts@shop.example", "alerts", "SMTP_PASSWORD")
    is_local = given.host in ("127.0.0.1", "localhost")
    block = [
        "- id: mail",
        "  type: email",
        f"  host: {quoted(given.host)}",
        f"  security: {'none' if is_local else 'starttls'} # starttls, tls or none",
        f"  sender: {quoted(given.sender)}",
        f"  recipients: [{quoted(given.recipient)}]",
    ]
    if given.username:
        block += [f"  username: {quoted(given.username)}", f"  password: {{env: {given.password_env}}}"]
    needed = ["" if mail is None else given.password_env] if given.username else []
    return _if_set([*block, *hours], needed)


def _if_set(block: Sequence[str], variables: Sequence[str]) -> str:
    missing = [name for name in variables if not os.environ.get(name)]
    if not missing:
        return "\n".join(f"  {line}" for line in block)
    note = f"Remove the # when {missing[0]} is set." if missing[0] else "Another channel:"
    return commented("\n".join([note, *block]))
