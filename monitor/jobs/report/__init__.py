"""The weekly reports: made when they are due, kept, written as files, and owed to their channels."""

from monitor.jobs.gathering import make_report
from monitor.jobs.report.files import file_of, write_whole
from monitor.jobs.report.kept import Chosen, chosen, chosen_together, figures_of
from monitor.jobs.report.running import PATIENCE, run
from monitor.jobs.report.sending import letter_of, send_report, send_together

__all__ = [
    "PATIENCE",
    "Chosen",
    "chosen",
    "chosen_together",
    "figures_of",
    "file_of",
    "letter_of",
    "make_report",
    "run",
    "send_report",
    "send_together",
    "write_whole",
]
