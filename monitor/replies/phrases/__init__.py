"""The sentences that drafts are made of, one module per language."""

from monitor.replies.phrases.english import ENGLISH
from monitor.replies.phrases.roman_urdu import ROMAN_URDU
from monitor.replies.phrases.tagalog import TAGALOG
from monitor.replies.phrases.telugu import TELUGU
from monitor.replies.phrases.urdu import URDU
from monitor.replies.sentences import Phrases

SHIPPED: dict[str, Phrases] = {one.tag: one for one in (ENGLISH, URDU, ROMAN_URDU, TELUGU, TAGALOG)}
"""By language, as readings name it."""
