"""Every write that people make, in the dashboard, by a link or on the terminal; and a case for each urgent incident."""

from monitor.jobs.answer.alerts import end_silence, mark_alert, resend_alert, silence
from monitor.jobs.answer.asking import survey_link
from monitor.jobs.answer.cases import (
    answer,
    assign,
    dismiss,
    facts_of,
    follow_up,
    note,
    release,
    reopen,
    solve,
    take,
    wait,
)
from monitor.jobs.answer.found_themes import (
    adopt_found,
    dismiss_found,
    merge_found,
    rename_found,
    reopen_found,
)
from monitor.jobs.answer.ideas import decide, propose, second, take_back_second
from monitor.jobs.answer.incidents import acknowledge_incident, dismiss_incident, mark_incident, own_incident
from monitor.jobs.answer.opening import Opened, open_case, open_for_incident
from monitor.jobs.answer.owners import suggest
from monitor.jobs.answer.posting import cancel_post, post, post_again
from monitor.jobs.answer.running import Looks, run
from monitor.jobs.answer.texts import correct, undo_correction
from monitor.jobs.answer.views import drop_view, keep_view

__all__ = [
    "Looks",
    "Opened",
    "acknowledge_incident",
    "adopt_found",
    "answer",
    "assign",
    "cancel_post",
    "correct",
    "decide",
    "dismiss",
    "dismiss_found",
    "dismiss_incident",
    "drop_view",
    "end_silence",
    "facts_of",
    "follow_up",
    "keep_view",
    "mark_alert",
    "mark_incident",
    "merge_found",
    "note",
    "open_case",
    "open_for_incident",
    "own_incident",
    "post",
    "post_again",
    "propose",
    "release",
    "rename_found",
    "reopen",
    "reopen_found",
    "resend_alert",
    "run",
    "second",
    "silence",
    "solve",
    "suggest",
    "survey_link",
    "take",
    "take_back_second",
    "undo_correction",
    "wait",
]
