"""The shipped weights say what is obvious, and keep the figures that docs/sentiment.md states."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from monitor.analysis.assess import Assessor, load_assessor
from monitor.analysis.model import BUILTIN, SentimentModel
from monitor.analysis.options import AnalysisOptions

pytestmark = pytest.mark.slow

DATA = Path(os.environ.get("EMBERWATCH_DATA", "../shared")) / "data" / "sentiment"


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return load_assessor(AnalysisOptions(threads=2))


@pytest.mark.parametrize(
    "text",
    [
        "Worst service ever, they stole my money and nobody answers",
        "The parcel arrived broken and they refuse to refund me",
        "بہت بری سروس ہے، میرا پیسہ ضائع ہو گیا",
        "intehai ghatiya quality, bilkul mat lena",
        "bohat bekar service hai",
        "bohat hi bekar app hai",
        "bohat ghatiya service hai, paise barbad ho gaye",
        "chala worst product, dabbulu waste",
        "చాలా చెత్త సర్వీస్, డబ్బులు వృధా",
        "sobrang pangit ng quality, sayang ang pera",
        "ang tagal ng delivery tapos sira pa, disappointed ako",
        "Pésimo servicio, no lo recomiendo a nadie",
    ],
)
def test_an_obvious_complaint_is_negative(assessor: Assessor, text: str) -> None:
    (found,) = assessor.assess([text])
    assert found.negative > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Absolutely love it, great quality and fast delivery",
        "بہت اچھی سروس ہے، میں بہت خوش ہوں",
        "bohat achi quality hai, zabardast",
        "chala bagundi, super quality thank you",
        "చాలా బాగుంది, అద్భుతం",
        "ang ganda ng item, ang bilis ng delivery, thank you seller",
        "Excelente servicio, muy contento",
    ],
)
def test_obvious_praise_is_positive(assessor: Assessor, text: str) -> None:
    (found,) = assessor.assess([text])
    assert found.positive > 0.5


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("three weeks and my order has still not been delivered", "delivery"),
        ("mera refund abhi tak nahi aya", "refund"),
        ("App open avvatledu, login error vastundi", "app"),
        ("کمرہ بہت گندا تھا، ہر جگہ کاکروچ تھے", "hygiene"),
        ("hindi sumasagot ang customer service", "support"),
    ],
)
def test_a_clear_theme_is_found_in_any_language(assessor: Assessor, text: str, theme: str) -> None:
    (found,) = assessor.assess([text])
    assert found.themes[0].theme == theme


def test_a_text_about_two_things_gets_both_themes(assessor: Assessor) -> None:
    (found,) = assessor.assess(["کھانے میں بال نکلا، بہت گندا تھا"])
    assert {"food", "hygiene"} <= {score.theme for score in found.themes}


def test_a_text_reads_the_same_alone_and_in_company(assessor: Assessor) -> None:
    (alone,) = assessor.assess(["the rider was rude"])
    beside = assessor.assess(["the rider was rude", "a much longer text about nothing " * 30])[0]
    assert abs(alone.negative - beside.negative) < 0.1


def test_the_weights_stay_under_60_megabytes() -> None:
    assert sum(path.stat().st_size for path in BUILTIN.iterdir()) < 60_000_000


def test_a_megabyte_of_text_is_read_at_once(assessor: Assessor) -> None:
    started = time.monotonic()
    assessor.assess(["بہت برا " * 150_000, "x" * 1_000_000])
    assert time.monotonic() - started < 3


def test_reading_long_and_short_texts_takes_less_than_400_megabytes() -> None:
    script = """
from monitor.analysis.assess import load_assessor
from monitor.analysis.options import AnalysisOptions
load_assessor(AnalysisOptions(threads=2)).assess([f"late again {n} " * (n % 90 + 1) for n in range(100)])
from pathlib import Path
print(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""
    if not Path("/proc/self/status").is_file():
        pytest.skip("this system does not tell a process its peak")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[1]) < 400_000


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("umsab", 0.62),
        ("firecs", 0.79),
        ("telugu_codemix", 0.77),
        ("daraz_roman_urdu", 0.69),
        ("roman_urdu_uci", 0.60),
        ("tweeteval", 0.64),
    ],
)
def test_the_accuracy_on_test_texts_holds(name: str, least: float) -> None:
    """Each bound is the measured figure less about four points: 400 texts have a standard error of two."""
    if not (DATA / "test" / f"{name}.jsonl.gz").is_file():
        pytest.skip("the shared test texts are not here")
    from training.data import LABELS, read, sample

    rows = sample(list(read("test", name)), 400)
    found = SentimentModel.load(threads=2).predict([row.text for row in rows]).probabilities
    truth = np.array([LABELS.index(row.label) for row in rows])
    assert (found.argmax(axis=1) == truth).mean() >= least
