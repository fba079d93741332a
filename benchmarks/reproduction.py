"""Measures the reproduction number on simulated reposts, whose true number is known at every moment.

    python -m benchmarks.reproduction [--stories 300]

A post brings 15 reposts on average, each of these `each` more at first and ever less as the story nears its cap
(lognormal response times, clumped offspring). Looked at 1, 2, 4 and 8 hours after the post, when there are 20 voices.
Beside it stands the plain form, in which what the first post brought is taken for what the others bring.
"""

import argparse
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from monitor.detection.reproduction import FEWEST, HOUR_SECONDS, PRIOR_DUE, PRIOR_NEW, reproduction

Floats = NDArray[np.float64]

EACH, HOURS, CAPS = (0.6, 0.8, 0.95, 1.2), (1.0, 2.0, 4.0, 8.0), (120, 300, 800)
DIRECT = 15
CLUMPS = 0.7
"""The shape of the gamma distribution of how many one repost brings."""
MEDIAN_SECONDS, SIGMA = 20 * 60.0, 1.3


def story(rng: np.random.Generator, each: float, cap: int) -> Floats:
    """Rising times of a post at 0 and of its reposts, with their reposts."""
    times, waiting = [0.0], [(0.0, int(rng.poisson(DIRECT)))]
    while waiting:
        start, number = waiting.pop(0)
        for _ in range(min(number, cap - len(times))):
            at = start + rng.lognormal(np.log(MEDIAN_SECONDS), SIGMA)
            rate = each * max(0.0, 1 - len(times) / cap) * rng.gamma(CLUMPS, 1 / CLUMPS)
            times.append(at)
            waiting.append((at, int(rng.poisson(rate))))
    return np.sort(times)


def plainly(at: Floats, now: float) -> float:
    """The same without taking out what the first post brought: all after it are answers to all before."""
    from scipy.special import ndtr

    due = float(ndtr(np.log(np.maximum(now - at, 1e-3) / MEDIAN_SECONDS) / SIGMA).sum())
    return (PRIOR_NEW + len(at) - 1) / (PRIOR_DUE + due)


def looks(each: float, hours: float, stories: int) -> Iterator[tuple[float, float, float, bool, bool]]:
    """The truth, what is found, what is found plainly, whether the interval holds it, whether growth is called sure."""
    rng = np.random.default_rng(1)
    for number in range(stories):
        cap = CAPS[number % len(CAPS)]
        times = story(rng, each, cap)
        known = times[times <= hours * HOUR_SECONDS]
        found = reproduction(known, hours * HOUR_SECONDS)
        if found and len(known) >= FEWEST:
            truth = each * (1 - len(known) / cap)
            held = found.low <= truth <= found.high
            yield truth, found.value, plainly(known, hours * HOUR_SECONDS), held, found.growing > 0.95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stories", type=int, default=300)
    arguments = parser.parse_args()
    print("each  after  looks  truth  found  plainly  90 % interval held  called growing")
    for each in EACH:
        for hours in HOURS:
            rows = np.array(list(looks(each, hours, arguments.stories)))
            means = rows.mean(axis=0)
            print(
                f"{each:4.2f}  {hours:3.0f} h  {len(rows):5d}  {means[0]:5.2f}  {means[1]:5.2f}  {means[2]:7.2f}"
                f"  {means[3]:18.2f}  {means[4]:14.2f}"
            )


if __name__ == "__main__":
    main()
