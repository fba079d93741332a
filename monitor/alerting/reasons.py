"""Why a message was sent, held or withheld: named values, kept with every alert and shown to people."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a message was sent or withheld; stored with every alert and shown to people."""

    NEW_INCIDENT = "new_incident"
    WORSENED = "worsened"
    NOW_SEVERE = "now_severe"
    CALMED = "calmed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    ACKNOWLEDGED = "acknowledged"
    OWNED = "owned"
    ESCALATED = "escalated"
    REMINDER = "reminder"
    OPERATOR = "operator"
    WEEKLY_REPORT = "weekly_report"
    DIGEST = "digest"
    GROUPED = "grouped"
    QUIET_HOURS = "quiet_hours"
    OFF_DUTY = "off_duty"
    SILENCED = "silenced"
    OVER_MEANWHILE = "over_meanwhile"
    NO_ROUTE = "no_route"
    BELOW_SEVERITY = "below_severity"
    NOT_ASKED_FOR = "not_asked_for"
    COOLDOWN = "cooldown"
    STILL_GROWING = "still_growing"
    NOT_TOLD_OF_OPENING = "not_told_of_opening"
    CHANNEL_DISABLED = "channel_disabled"
    DUPLICATE = "duplicate"
    TOO_LATE = "too_late"
    NOTHING_TO_TELL = "nothing_to_tell"

    @property
    def words(self) -> str:
        """The reason for people, as the second half of `sent because …` or `withheld because …`."""
        return _WORDS[self]


_WORDS = {
    Reason.NEW_INCIDENT: "a new incident opened",
    Reason.WORSENED: "the incident got worse",
    Reason.NOW_SEVERE: "the incident became one that this channel wants to hear of",
    Reason.CALMED: "the incident calmed down",
    Reason.RESOLVED: "the incident is over",
    Reason.DISMISSED: "someone dismissed the incident",
    Reason.ACKNOWLEDGED: "someone acknowledged the incident",
    Reason.OWNED: "someone looks after the incident",
    Reason.ESCALATED: "nobody acknowledged the incident in time",
    Reason.REMINDER: "the incident goes on, and nobody has acknowledged it",
    Reason.OPERATOR: "the monitor itself has trouble",
    Reason.WEEKLY_REPORT: "the week's report was made",
    Reason.DIGEST: "the day's digest was due",
    Reason.GROUPED: "more of the same brand was told a short while ago, and goes out as one message",
    Reason.QUIET_HOURS: "the channel has quiet hours",
    Reason.OFF_DUTY: "the channel is not on call at that time",
    Reason.SILENCED: "someone silenced it",
    Reason.OVER_MEANWHILE: "it was over before it was to be told",
    Reason.NO_ROUTE: "no route leads there for this brand, location, theme, source or language",
    Reason.BELOW_SEVERITY: "it is less severe than the routes to this channel ask for",
    Reason.NOT_ASKED_FOR: "the routes to this channel do not ask for this kind of change",
    Reason.COOLDOWN: "this channel was told of the same trouble a short while ago",
    Reason.STILL_GROWING: "it grew, by less than would be news after what this channel was told",
    Reason.NOT_TOLD_OF_OPENING: "this channel was never told of the incident",
    Reason.CHANNEL_DISABLED: "the channel is switched off",
    Reason.DUPLICATE: "this channel was told already",
    Reason.TOO_LATE: "the week had been over for more than two weeks",
    Reason.NOTHING_TO_TELL: "nothing had happened that this channel was not told of",
}

HOLDS = (Reason.SILENCED, Reason.QUIET_HOURS, Reason.OFF_DUTY)
"""Why messages wait for a time of the clock; before they go out it is looked at what keeps them then."""
