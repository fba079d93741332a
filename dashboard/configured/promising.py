"""What the settings mean for those who answer: by when, who they are, with which words, and what is kept."""

from html import escape
from typing import Any

from dashboard import login, parts
from dashboard.configured import audited
from dashboard.configured.meaning import listed, names, paragraph, time
from dashboard.data.settled import said
from dashboard.words import _, _h, _hn
from monitor.access import LEAST
from monitor.cases import ServicePolicy
from monitor.config import Settings
from monitor.facts import Role


def service(settings: Settings) -> str:
    """By when complaints are answered and solved, and which ones get a case by themselves."""
    policy = settings.service
    head = (_("Complaints"), _("First answer within"), _("Solved within"), _("Clock"))
    return (
        parts.table(head, _times(policy))
        + paragraph(_hours(policy))
        + listed([*_overdue(policy), *_opening(policy), _follow_up(policy)])
    )


def _times(policy: ServicePolicy) -> list[tuple[str, ...]]:
    rows = [
        (
            ", ".join(escape(said(part)) for part in (one.brands, one.kinds, one.sources) if part)
            or _h("all")
            + (f" ({_h('at least %(severity)s', severity=escape(parts.word(one.at_least)))})" if one.at_least else ""),
            time(one.answer_within),
            time(one.solve_within),
            _clock(round_the_clock=one.round_the_clock),
        )
        for one in policy.times
    ]
    all_hours = _clock(round_the_clock=policy.round_the_clock)
    critical = (
        _h("critical ones"),
        time(policy.answer_within_critical),
        time(policy.solve_within_critical),
        all_hours,
    )
    others = (_h("all others"), time(policy.answer_within), time(policy.solve_within), _clock(round_the_clock=False))
    return [*rows, critical, others]


def _clock(*, round_the_clock: bool) -> str:
    return _h("round the clock") if round_the_clock else _h("working hours")


def _hours(policy: ServicePolicy) -> str:
    hours = escape(said(policy.hours))
    works = _h("People work %(hours)s, in the brand's time zone.", hours=f"<b>{hours}</b>")
    number = len(policy.holidays)
    holidays = _hn("%(n)s holiday is left out.", "%(n)s holidays are left out.", number) if number else ""
    return f"{works if hours else _h('No working hours are set: each hour of the week counts.')} {holidays}"


def _overdue(policy: ServicePolicy) -> list[str]:
    if policy.escalate is None:
        return [_h("Nobody is told when a case is overdue: name a manager under service.escalate.")]
    one = policy.escalate
    values = {"name": names([one.to]), "channels": names(one.channels), "time": time(one.after)}
    return [_h("%(time)s after a due time passed, %(name)s is told by %(channels)s.", **values)]


def _opening(policy: ServicePolicy) -> list[str]:
    rules = policy.open_for
    found = []
    if rules.stars_at_most is not None:
        found.append(_h("A review of %(n)s stars or fewer gets a case.", n=f"<b>{rules.stars_at_most:g}</b>"))
    if rules.followers_at_least is not None:
        followers = f"<b>{parts.number(rules.followers_at_least)}</b>"
        found.append(_h("A complaint by somebody with %(n)s followers gets a case.", n=followers))
    if rules.themes:
        found.append(_h("A complaint about %(themes)s gets a case.", themes=names(rules.themes)))
    return [*found, _h("All other complaints get one when somebody takes them.")]


def _follow_up(policy: ServicePolicy) -> str:
    if not policy.follow_up_after:
        return _h("Nobody asks after a solved case again.")
    return _h("%(time)s after it was solved, a case comes up for a follow-up.", time=time(policy.follow_up_after))


def people(settings: Settings) -> str:
    """Who answers, what each role may do, and who may log in."""
    at = f"<b>{escape(settings.dashboard.host)}:{settings.dashboard.port}</b>"
    where = _h("The dashboard listens at %(address)s.", address=at)
    how = _h("People log in with OpenID Connect.")
    if settings.dashboard.proxy_login:
        how = _h("A proxy in front asks for the login: names are taken on trust, and everybody may do everything.")
    elif settings.dashboard.login is None:
        how = _h("There is no login: whoever sits at this machine says their name, and may do everything.")
    return paragraph(where, how) + _team(settings) + parts.heading(_("Who may do what")) + _roles()


def _team(settings: Settings) -> str:
    if not settings.people:
        return paragraph(_h("Nobody is named under people: then no owner can be suggested."))
    head = (_("Name"), _("Role"), _("Reads"), _("Knows"), _("Open cases at most"))
    rows = (
        (
            f"<b>{parts.name(one.name)}</b><small>{parts.name(one.login)}</small>",
            escape(login.role_words(one.role)),
            ", ".join(parts.language(code) for code in one.languages) or "–",
            ", ".join(parts.name(theme) for theme in one.themes) or "–",
            str(one.most) if one.most is not None else _h("no limit"),
        )
        for one in settings.people
    )
    return parts.table(head, rows)


def _roles() -> str:
    head = (_("Role"), _("May, besides what stands above it"))
    rows = (
        (
            f"<b>{escape(login.role_words(role))}</b>",
            escape(", ".join(audited.deed_words(deed) for deed, least in LEAST.items() if least is role)),
        )
        for role in Role
    )
    return parts.table(head, rows)


def replies(settings: Settings) -> str:
    """In which words and languages drafts come, and where answers may be posted from here."""
    options = settings.replies
    languages = ", ".join(parts.language(code) for code in options.languages)
    number = len(options.templates)
    own = _hn("%(n)s template of your own comes first.", "%(n)s templates of your own come first.", number)
    posters = getattr(settings, "posting", ())
    return listed(
        [
            _h("Drafts are written in %(languages)s.", languages=languages),
            own if number else _h("No templates of your own: the shipped sentences are used."),
            _offered(options.offer),
            *(_poster(one) for one in posters),
            *([] if posters else [_h("Answers are posted by hand: copied, and put under the original.")]),
        ]
    )


def _offered(offer: dict[str, str]) -> str:
    if not offer:
        return _h("No offer may be made without asking.")
    words = "; ".join(f"{parts.language(code)}: {parts.name(text)}" for code, text in offer.items())
    return _h("May be offered without asking: %(offers)s.", offers=words)


def _poster(one: Any) -> str:
    values = {"name": names([one.id]), "kind": escape(one.type), "sources": names(one.sources)}
    if not one.enabled:
        return _h("%(name)s (%(kind)s) is switched off.", **values)
    return _h("What came from %(sources)s can be answered through %(name)s (%(kind)s), if a person says so.", **values)


def kept(settings: Settings) -> str:
    """Reports, and how long things are kept."""
    report, hold = settings.report, settings.retention
    days = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    day = f"<b>{escape(days[report.weekday - 1])} {report.hour:02d}:00</b>"
    goes = _h("It is sent to %(channels)s.", channels=names(report.channels))
    return listed(
        [
            _h("The report of last week is made on %(day)s, in the brand's time zone.", day=day)
            + f" {goes if report.channels else _h('It is sent to nobody.')}",
            _h("Names of customers are kept for %(time)s after their last open case.", time=time(hold.names)),
            _h("Counts of five minutes are kept for %(time)s; hourly ones stay.", time=time(hold.counts_5m)),
            _h("What nearly was an incident is kept for %(time)s.", time=time(hold.held)),
            _h("What crawls and jobs did is kept for %(time)s.", time=time(hold.runs)),
        ]
    )
