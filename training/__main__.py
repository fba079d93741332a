"""From the labelled texts to the shipped files: `EMBERWATCH_DATA=../shared python -m training`.

Each step goes on where it was stopped, about two hours on two cores in all: a long run from the base model
(`training.fit`), the mean of its weights and those of a first, short run that comes with the data (`training.average`),
a short run from there at a quarter of the rate, the mean of its two ends, and the export with all that is fitted to it.
"""

import argparse
from pathlib import Path

from training import average, export, fit, language, relevance_fit, theme_fit
from training.data import data_folder

_LONG = ["--passes", "390000", "--decay", "198000", "--seed", "1"]
_SHORT = ["--passes", "125000", "--decay", "120000", "--rate", "6e-5", "--seed", "2"]
_OWN_SHARE = 0.6
"""Of the long run in the mean. On val parts 0.5, 0.6, 0.75 and 1 were alike (71.5 to 72.0); the end has 72.2."""


def main() -> None:
    given, extra = _options()
    folder: Path = given.out
    long, short, mean = folder / "long", folder / "short", folder / "mean.safetensors"
    fit.train(fit.options([*_LONG, "--out", str(long), *extra]))
    first = data_folder().parents[1] / "model" / fit.CHECKPOINT
    average.main([f"{long / fit.CHECKPOINT}={_OWN_SHARE}", f"{first}={1 - _OWN_SHARE}", "--out", str(mean)])
    fit.train(fit.options([*_SHORT, "--start", str(mean), "--out", str(short), *extra]))
    average.main([f"{short / fit.CHECKPOINT}=0.5", f"{mean}=0.5", "--out", str(folder / fit.CHECKPOINT)])
    base = ["--base", str(given.base)] if given.base else []
    export.main(["--checkpoint", str(folder / fit.CHECKPOINT), "--pieces", str(short / fit.PIECES), *base])
    theme_fit.main([])
    relevance_fit.main()
    language.main([])


def _options() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("var/training"), help="a new folder for a new run")
    parser.add_argument("--base", type=Path, help="e5-small-q4.bin; fetched by pip when missing")
    parser.add_argument("--corrections", type=Path, help="JSON lines of `emberwatch corrections`")
    given = parser.parse_args()
    named = {"--base": given.base, "--corrections": given.corrections}
    return given, [part for name, path in named.items() if path for part in (name, str(path))]


if __name__ == "__main__":
    main()
