"""The common threads in complaints and in compliments, each with two examples in their own words."""

from collections.abc import Mapping, Sequence

from monitor.reports.compare import Meaning, expected_figure
from monitor.reports.facts import Said
from monitor.reports.figures import Better, Quotation, ThemeFigures, Unit
from monitor.store.reports import Candidate

THEMES_SHOWN = 6
QUOTES_SHOWN = 2
CANDIDATES_EACH = 12  # per theme: enough to leave out the same story and the same author
QUOTE_LENGTH = 280
_LEAST = 0.5  # a theme is shown when it rounds to one mention

COMPLAINT = (
    "Expected number of negative mentions with this theme: the sum of their probabilities of being negative. "
    "A mention can have several themes."
)
COMPLIMENT = (
    "Expected number of positive mentions with this theme: the sum of their probabilities of being positive. "
    "A mention can have several themes."
)


def complaint_themes(said: Said, heard: Sequence[float]) -> tuple[ThemeFigures, ...]:
    """The largest themes of complaints, with their usual range."""
    parts = {
        slug: [(sums.mentions, sums.negative, sums.uncertainty) for sums in weeks]
        for slug, weeks in said.themes.items()
    }
    return _themes(parts, said, heard, praise=False)


def compliment_themes(
    said: Said, heard: Sequence[float], earlier: Sequence[Mapping[str, tuple[float, float]]] = ()
) -> tuple[ThemeFigures, ...]:  # fmt: skip
    """The largest themes of compliments; `earlier` are the weeks before the last, as far as they are known."""
    praise = [said.praise, said.praise_before, *earlier]
    parts = {
        slug: [(week.mentions, *told.get(slug, (0.0, 0.0))) for week, told in zip(weeks, praise, strict=False)]
        for slug, weeks in said.themes.items()
    }
    return _themes(parts, said, heard[: len(praise)], praise=True)


def _themes(
    parts: dict[str, list[tuple[float, float, float]]], said: Said, heard: Sequence[float], *, praise: bool
) -> tuple[ThemeFigures, ...]:
    largest = sorted(parts, key=lambda slug: (-parts[slug][0][1], slug))[:THEMES_SHOWN]
    shown = [slug for slug in largest if parts[slug][0][1] >= _LEAST]
    quotes = choose_quotes(said.compliments if praise else said.complaints, shown)
    out = []
    for slug in shown:
        name = said.theme_names.get(slug, slug)
        meaning = Meaning(
            f"{'compliments' if praise else 'complaints'}:{slug}",
            name,
            COMPLIMENT if praise else COMPLAINT,
            Unit.MENTIONS,
            Better.MORE if praise else Better.LESS,
        )
        figure = expected_figure(meaning, parts[slug], heard)
        out.append(ThemeFigures(slug=slug, name=name, figure=figure, quotes=quotes[slug]))
    return tuple(out)


def choose_quotes(candidates: Sequence[Candidate], themes: Sequence[str]) -> dict[str, tuple[Quotation, ...]]:
    """Per theme the most certain mention, and one by another author that tells another story.

    The second is in another language when there is one. No mention and no text is quoted twice.
    """
    used: set[int | str] = set()
    chosen: dict[str, tuple[Quotation, ...]] = {}
    for theme in themes:
        best: list[Candidate] = []
        pool = [one for one in candidates if one.theme == theme and one.text.strip()]
        while len(best) < QUOTES_SHOWN and (fitting := [c for c in pool if _adds(c, best, used)]):
            best.append(next((c for c in fitting if best and c.language != best[0].language), fitting[0]))
            used |= {best[-1].mention_id, _plain(best[-1])}
        chosen[theme] = tuple(_quotation(candidate) for candidate in best)
    return chosen


def _adds(one: Candidate, best: Sequence[Candidate], used: set[int | str]) -> bool:
    same_story = any(one.story_id is not None and one.story_id == other.story_id for other in best)
    same_author = any(one.author_id is not None and one.author_id == other.author_id for other in best)
    return used.isdisjoint({one.mention_id, _plain(one)}) and not same_story and not same_author


def _plain(one: Candidate) -> str:
    return " ".join(one.text.casefold().split())


def _quotation(one: Candidate) -> Quotation:
    return Quotation(
        text=shorten(one.text),
        language=one.language,
        source=one.source,
        url=one.url,
        published_at=one.published_at,
    )


def shorten(text: str) -> str:
    """One paragraph of at most 280 characters, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= QUOTE_LENGTH:
        return line
    head = line[: QUOTE_LENGTH - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[QUOTE_LENGTH // 2 :] else head) + "…"
