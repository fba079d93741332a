"""Why somebody suits a case, in the viewer's words."""

from dashboard import parts
from dashboard.data import opening
from dashboard.data.brands import theme_names
from dashboard.data.opening import cached, database
from dashboard.words import _h, _hn
from monitor.cases import Because, Suggestion, Why
from monitor.jobs import answer


@cached
def suits(case_id: int) -> tuple[Suggestion, ...]:
    """Who suits a case, the best first."""
    with database() as session:
        return answer.suggest(session, opening.settings(), [case_id], opening.now()).get(case_id, ())


def because(one: Suggestion) -> str:
    """The reasons as a list in a sentence (HTML)."""
    return parts.listed([words for reason in one.reasons if (words := _reason(reason))])


def _reason(reason: Because) -> str:
    match reason.why:
        case Why.READS:
            return _h("reads %(language)s", language=parts.language(reason.value))
        case Why.KNOWS:
            return _h("knows %(theme)s", theme=parts.name(theme_names().get(reason.value, reason.value)))
        case Why.OPEN:
            return _hn("%(n)s open case", "%(n)s open cases", reason.number)
        case Why.HOSTILE:
            return _hn(
                "%(n)s of %(all)s texts hostile", "%(n)s of %(all)s texts hostile", reason.number,
                all=parts.number(reason.of),
            )  # fmt: skip
        case _:
            return _hn("answered %(n)s lately", "answered %(n)s lately", reason.number)
