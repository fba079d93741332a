"""From the labelled texts to the shipped files: `EMBERWATCH_DATA=../shared python -m training`.

Trains (`training.fit`, hours; run again, it goes on where it stopped), then exports (`training.export`) and fits the
language identifier (`training.language`). Options of `training.fit` are passed on to it.
"""

import sys

from training import export, fit, language


def main() -> None:
    options = fit.options(sys.argv[1:])
    fit.train(options)
    base = ["--base", str(options.base)] if options.base else []
    export.main(["--checkpoint", str(options.out / fit.CHECKPOINT), "--pieces", str(options.out / fit.PIECES), *base])
    language.main([])


if __name__ == "__main__":
    main()
