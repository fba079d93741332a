"""What a mail's sender wrote is kept, and what mail programs put around it is not."""

import time

import pytest

from monitor.doors.quoting import written

WORDS = "The kettle leaks.\nPlease send another one."


@pytest.mark.parametrize(
    "around",
    [
        "{}\n\nOn Mon, 2 Mar 2026 at 10:00, Shop <help@shop.example> wrote:\n\n> Dear customer,\n> we are sorry.",
        "{}\n\nOn Mon, 2 Mar 2026 at 10:00, The Shop of Many Names\n<help@shop.example> wrote:\n> Dear customer",
        "{}\n\nAm 02.03.2026 um 10:00 schrieb Shop:\n> Guten Tag",
        "{}\n\n2026/03/02 10:00, Shop <help@shop.example>:\n> in a language that nobody listed",
        "{}\n\nپیر، 2 مارچ 2026 کو Shop نے لکھا:\n> محترم صارف",
        "{}\n\n-----Original Message-----\nFrom: Shop\nSent: Monday\nDear customer,",
        "{}\n\n________________________________\nFrom: Shop <a@b.example>\nSent: Monday\nTo: Ana\n\nDear customer,",
        "{}\n\nFrom: Shop <help@shop.example>\nSent: Monday\nTo: Ana\nSubject: Kettle\n\nDear customer,",
        "{}\n\n-- \nAna Lee\nHead of Things",
        "{}\n\n--\nAna Lee",
        "{}\n\nKind regards,\nAna Lee\n+44 20 7946 0000",
        "{}\n\nSent from my iPhone",
        "{}\n\nGet Outlook for Android",
        "{}\n\nCONFIDENTIALITY NOTICE: this is for the addressee only.",
        "{}\n\nThis email and any attachments are confidential.\nDelete it.",
        "On Mon, 2 Mar 2026, Shop <help@shop.example> wrote:\n> Dear customer,\n> we are sorry.\n\n{}",
        "> Dear customer,\n{}",
        "---------- Forwarded message ---------\nFrom: Ana <ana@example.org>\nDate: Monday\nSubject: Kettle\n\n{}",
    ],
)
def test_only_the_words_of_the_sender_are_left(around: str):
    assert written(around.format(WORDS)) == WORDS


def test_answers_between_the_quoted_points_are_all_kept():
    text = "On 2 March Shop <a@b.example> wrote:\n> How is the kettle?\nIt leaks.\n\n> And the lid?\nIt broke.\n"
    assert written(text) == "It leaks.\n\nIt broke."


@pytest.mark.parametrize(
    "text",
    [
        "I ordered two things:\n- a kettle\n- a lid\nNeither came.",
        "From: Karachi to Lahore it took nine days.",
        "Best regards to your driver, he was the only good thing in a story of five calls.",
        "He said on the phone at 10:\nwe do not care.",
        "Subject: nothing works",
    ],
)
def test_sentences_that_only_look_like_headers_stay(text: str):
    assert written(text) == text


def test_a_mail_of_nothing_but_quotes_has_no_words():
    assert written("On 2 March Shop <a@b.example> wrote:\n> Dear customer,\n> we are sorry.") == ""


@pytest.mark.parametrize(
    "text",
    [
        "On " * 80_000,
        "wrote:\n" * 40_000,
        "> a\nb\n" * 40_000,
        "From: a\n" * 40_000,
        "Regards,\n" * 30_000,
        "a wrote:\n> b\nc\n" * 30_000,
        "-" * 250_000,
        "a:\n" * 80_000,
    ],
)
def test_hostile_text_is_read_in_no_time(text: str):
    began = time.perf_counter()
    written(text)
    assert time.perf_counter() - began < 3  # seconds; a tenth of one on an idle machine
