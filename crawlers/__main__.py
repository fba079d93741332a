"""The command `python -m crawlers`."""

import gc
import sys

gc.disable()  # nothing that is loaded is garbage: to look through it again and again takes a fifth of the start

from crawlers.command import main

if __name__ == "__main__":
    gc.enable()
    sys.exit(main())
