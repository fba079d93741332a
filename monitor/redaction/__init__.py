"""Takes out of a text by what a person can be reached, or known for certain: mail addresses and telling numbers.

Taken out are e-mail addresses, telephone numbers, Pakistani CNIC and Indian Aadhaar numbers, card numbers and IBANs, in
the digits of any script. Order and tracking numbers, prices, dates, times, ratings and the like are left alone. Names
are not looked for: see `monitor.reports.anonymous` for that.
"""

from monitor.redaction.finding import Found, Kind, find
from monitor.redaction.regions import DEFAULT_REGIONS, regions_of
from monitor.redaction.replacing import Redactor, redact

__all__ = ["DEFAULT_REGIONS", "Found", "Kind", "Redactor", "find", "redact", "regions_of"]
