"""Why a message was sent, held or withheld: named values, kept with every alert and shown to people."""

from enum import StrEnum

from monitor.languages import N_


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
    OVERDUE = "overdue"
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
    RESTORED = "restored"

    @property
    def words(self) -> str:
        """The reason for people, as the second half of `sent because …` or `withheld because …`."""
        return _WORDS[self]


_WORDS = {
    Reason.NEW_INCIDENT: N_("a new incident opened"),
    Reason.WORSENED: N_("the incident got worse"),
    Reason.NOW_SEVERE: N_("the incident became one that this channel wants to hear of"),
    Reason.CALMED: N_("the incident calmed down"),
    Reason.RESOLVED: N_("the incident is over"),
    Reason.DISMISSED: N_("someone dismissed the incident"),
    Reason.ACKNOWLEDGED: N_("someone acknowledged the incident"),
    Reason.OWNED: N_("someone looks after the incident"),
    Reason.ESCALATED: N_("nobody acknowledged the incident in time"),
    Reason.REMINDER: N_("the incident goes on, and nobody has acknowledged it"),
    Reason.OVERDUE: N_("complaints wait longer than the service policy allows"),
    Reason.OPERATOR: N_("the monitor itself has trouble"),
    Reason.WEEKLY_REPORT: N_("the week's report was made"),
    Reason.DIGEST: N_("the day's digest was due"),
    Reason.GROUPED: N_("more of the same brand was told a short while ago, and goes out as one message"),
    Reason.QUIET_HOURS: N_("the channel has quiet hours"),
    Reason.OFF_DUTY: N_("the channel is not on call at that time"),
    Reason.SILENCED: N_("someone silenced it"),
    Reason.OVER_MEANWHILE: N_("it was over before it was to be told"),
    Reason.NO_ROUTE: N_("no route leads there for this brand, location, theme, source or language"),
    Reason.BELOW_SEVERITY: N_("it is less severe than the routes to this channel ask for"),
    Reason.NOT_ASKED_FOR: N_("the routes to this channel do not ask for this kind of change"),
    Reason.COOLDOWN: N_("this channel was told of the same trouble a short while ago"),
    Reason.STILL_GROWING: N_("it grew, by less than would be news after what this channel was told"),
    Reason.NOT_TOLD_OF_OPENING: N_("this channel was never told of the incident"),
    Reason.CHANNEL_DISABLED: N_("the channel is switched off"),
    Reason.DUPLICATE: N_("this channel was told already"),
    Reason.TOO_LATE: N_("the week had been over for more than two weeks"),
    Reason.NOTHING_TO_TELL: N_("nothing had happened that this channel was not told of"),
    Reason.RESTORED: N_("the database came out of a back-up, and by then it was owed for long"),
}

HOLDS = (Reason.SILENCED, Reason.QUIET_HOURS, Reason.OFF_DUTY)
"""Why messages wait for a time of the clock; before they go out it is looked at what keeps them then."""
