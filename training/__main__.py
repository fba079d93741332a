"""From the labelled texts to the shipped files: `EMBERWATCH_DATA=../shared python -m training`.

Each step goes on where it was stopped, about four hours on two cores in all:

1. `broad`: a run over all sets from the base model, averaged with the first checkpoint that comes with the data, and
   read on from there at a quarter of the rate; the mean of the two ends of that run.
2. `long`: a run from the first checkpoint over the sets of the product's languages, with few posts.
3. Two `short` runs from its end with posts once each, in another order each.
4. The mean of these three, read on from there at a low rate; the mean of the two ends is shipped.
5. The export with all that is fitted to it: temperatures, thresholds, themes, relevance, languages.
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from training import average, export, fit, language, relevance_fit, theme_fit
from training.data import data_folder

_BROAD = "--mix broad --passes 390000 --decay 198000 --seed 1"
_BROAD_ON = "--mix broad --passes 125000 --decay 120000 --rate 6e-5 --seed 2"
_LONG = "--mix long --passes 136000 --decay 1 --rate 2e-4 --seed 1"
_SHORT = "--mix short --passes 84000 --decay 76000 --rate 1.4e-4"
_SEEDS = (21, 22)
_ON = "--mix short --passes 48000 --decay 44000 --rate 5e-5 --seed 31"
_BROAD_SHARE = 0.6
"""Of the broad run in the mean. On val parts 0.5, 0.6, 0.75 and 1 were alike (71.5 to 72.0); the end has 72.2."""
_SHARES = (0.35, 0.35, 0.30)
"""Of the short runs and the broad one. On val parts 0.25, 0.25, 0.5 is as good; this has the posts less by heart."""


class Steps:
    """Runs and means, each in its place under one folder."""

    def __init__(self, folder: Path, extra: Sequence[str]) -> None:
        self._folder, self._extra = folder, extra

    def run(self, name: str, settings: str, start: Path | None = None) -> Path:
        """The checkpoint of a run, which goes on if it was stopped."""
        begin = [] if start is None else ["--start", str(start)]
        out = self._folder / name
        out.mkdir(parents=True, exist_ok=True)
        _copy(self.pieces, out / fit.PIECES)
        fit.train(fit.options([*settings.split(), *begin, "--out", str(out), *self._extra]))
        _copy(out / fit.PIECES, self.pieces)
        return out / fit.CHECKPOINT

    @property
    def pieces(self) -> Path:
        """The kept pieces, counted once for all runs."""
        return self._folder / fit.PIECES

    def mean(self, name: str, files: Sequence[Path], shares: Sequence[float]) -> Path:
        out = self._folder / f"{name}.safetensors"
        pairs = [f"{file}={share}" for file, share in zip(files, shares, strict=True)]
        average.main([*pairs, "--out", str(out)])
        return out


def _copy(source: Path, target: Path) -> None:
    if source.is_file() and not target.exists():
        shutil.copyfile(source, target)


def main() -> None:
    given, extra = _options()
    steps = Steps(given.out, extra)
    first = data_folder().parents[1] / "model" / fit.CHECKPOINT
    started = steps.mean("broad_mean", [steps.run("broad", _BROAD), first], [_BROAD_SHARE, 1 - _BROAD_SHARE])
    broad = steps.mean("broad_end", [steps.run("broad_on", _BROAD_ON, started), started], [0.5, 0.5])
    long = steps.run("long", _LONG, first)
    shorts = [steps.run(f"short{seed}", f"{_SHORT} --seed {seed}", long) for seed in _SEEDS]
    three = steps.mean("three", [*shorts, broad], _SHARES)
    final = steps.mean("final", [steps.run("on", _ON, three), three], [0.5, 0.5])
    base = ["--base", str(given.base)] if given.base else []
    export.main(["--checkpoint", str(final), "--pieces", str(steps.pieces), *base])
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
