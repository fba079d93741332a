"""The tables that can be exported, column by column."""

from enum import StrEnum

from monitor.exports.columns import Column, Kind

_TEXT, _WHOLE, _NUMBER, _MOMENT, _FLAG, _TEXTS = Kind.TEXT, Kind.WHOLE, Kind.NUMBER, Kind.MOMENT, Kind.FLAG, Kind.TEXTS


class About(StrEnum):
    """What can be exported."""

    MENTIONS = "mentions"
    CASES = "cases"
    ALERTS = "alerts"


_PLACE = (
    Column("source", _TEXT, "Id of the source that found it."),
    Column("source_kind", _TEXT, "Type of that source, such as trustpilot."),
)
_WORDS = (
    Column("title", _TEXT, "The title, in its own words; empty without one."),
    Column("text", _TEXT, "The text, in its own words."),
    Column("url", _TEXT, "The address of the original; empty where it has none."),
)
_READ = (
    Column("language", _TEXT, "Code of its language as it was read, such as ur-Latn."),
    Column("sentiment", _TEXT, "negative, neutral or positive: what the text is held to be."),
)
_THEMES = Column("themes", _TEXTS, "Ids of its themes, the surest first.")

MENTIONS = (
    Column("mention_id", _WHOLE, "Its number."),
    Column("brand", _TEXT, "Id of the brand that it is about; a text about two brands is exported for each."),
    Column("location", _TEXT, "Id of the brand's place that it is about; empty when of none."),
    Column("published_at", _MOMENT, "When it was published, by its own word."),
    Column("precision", _TEXT, "How exact that time is: second, day or unknown."),
    Column("collected_at", _MOMENT, "When it was collected."),
    Column("edited_at", _MOMENT, "When an edit was last noticed."),
    Column("kind", _TEXT, "review, post, comment, article or survey."),
    *_PLACE,
    Column("host", _TEXT, "Host of the place where it stands."),
    Column("author", _TEXT, "Who wrote it: a pseudonym, the same everywhere; the name where names were asked for."),
    Column("followers", _WHOLE, "Followers of the author at the time, where the place tells."),
    *_WORDS,
    Column("about", _TEXT, "The product, page or place that it is about, as the source names it."),
    *_READ,
    Column("negative", _NUMBER, "How likely it is negative, 0 to 1."),
    Column("neutral", _NUMBER, "How likely it is neutral, 0 to 1."),
    Column("positive", _NUMBER, "How likely it is positive, 0 to 1."),
    Column("unsure", _FLAG, "Whether the model was not sure, so that a person should look."),
    Column("corrected_by", _TEXT, "Who of the team said what it is in the place of the model; empty when nobody did."),
    _THEMES,
    Column("rating", _NUMBER, "The rating that came with it, on its own scale."),
    Column("rating_worst", _NUMBER, "The worst rating of that scale."),
    Column("rating_best", _NUMBER, "The best rating of that scale."),
    Column("first_purchase", _FLAG, "Whether it was the customer's first purchase, where a survey says so."),
    Column("story_id", _WHOLE, "The same for all texts that tell the same thing."),
    Column("case_id", _WHOLE, "Number of its case, when it has one."),
    Column("case_state", _TEXT, "State of that case."),
)
CASES = (
    Column("case_id", _WHOLE, "Its number."),
    Column("brand", _TEXT, "Id of the brand."),
    Column("state", _TEXT, "new, owned, answered, waiting, solved or dismissed."),
    Column("severity", _TEXT, "watch, high or critical: of its incident, else its own; empty without one."),
    Column("owner", _TEXT, "Who of the team owns it; empty when nobody does."),
    Column("opened_at", _MOMENT, "When it was opened."),
    Column("answer_due_at", _MOMENT, "When its first answer is due."),
    Column("answered_at", _MOMENT, "When it was first answered."),
    Column("solve_due_at", _MOMENT, "When its solution is due."),
    Column("solved_at", _MOMENT, "When it was solved."),
    Column("follow_up_at", _MOMENT, "When the customer is to be asked again; empty when that is not due, or done."),
    Column("overdue", _FLAG, "Whether it owed its next step at the time of the export."),
    Column("escalated_at", _MOMENT, "When a manager was told that it is overdue."),
    Column("reopened", _WHOLE, "How often it was reopened."),
    Column("answers", _WHOLE, "How many answers were given."),
    Column("hostile", _FLAG, "Whether its text is hard to read."),
    Column("outcome", _TEXT, "What was done, or why it was dismissed."),
    Column("incident_id", _WHOLE, "Number of its incident, when it is of one."),
    Column("mention_id", _WHOLE, "Number of the complaint."),
    Column("published_at", _MOMENT, "When the complaint was published."),
    Column("kind", _TEXT, "review, post, comment, article or survey."),
    *_PLACE,
    Column("author", _TEXT, "Who complained: a pseudonym; the name where names were asked for."),
    *_WORDS,
    *_READ,
    _THEMES,
    Column("rating", _NUMBER, "The rating that came with it, on its own scale."),
    Column("rating_best", _NUMBER, "The best rating of that scale."),
)
ALERTS = (
    Column("alert_id", _WHOLE, "Its number."),
    Column("brand", _TEXT, "Id of the brand; empty when it concerns the monitor itself."),
    Column("incident_id", _WHOLE, "Number of its incident, when it is about one."),
    Column("kind", _TEXT, "What it tells of: opened, worsened, calmed, resolved, report, digest and so on."),
    Column("severity", _TEXT, "watch, high or critical."),
    Column("channel", _TEXT, "Id of the channel."),
    Column("state", _TEXT, "pending, sending, sent, failed or withheld."),
    Column("reason", _TEXT, "Why it was sent or withheld: see the alerts' reasons."),
    Column("held", _TEXT, "Why it waits, or waited."),
    Column("subject", _TEXT, "Its subject."),
    Column("sentence", _TEXT, "What it says in one sentence."),
    Column("created_at", _MOMENT, "When it was owed."),
    Column("due_at", _MOMENT, "When it was meant to go out."),
    Column("sent_at", _MOMENT, "When it was sent."),
    Column("attempts", _WHOLE, "How often it was tried."),
    Column("error", _TEXT, "What the channel said last when it was not taken."),
    Column("went_with", _WHOLE, "Number of the alert that it went out with, when it did not go alone."),
)
TABLES = {About.MENTIONS: MENTIONS, About.CASES: CASES, About.ALERTS: ALERTS}


def columns_of(about: About) -> tuple[Column, ...]:
    return TABLES[about]
