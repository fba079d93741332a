"""The command `python -m crawlers`; with `--serve NUMBER` it forks crawls, as asked through that open socket."""

import gc
import sys

gc.disable()  # nothing that is loaded is garbage: to look through it again and again takes a fifth of the start

from crawlers.command import main

if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        import socket

        from crawlers.fork_server import serve

        serve(socket.socket(fileno=int(sys.argv[2])))
    else:
        gc.enable()
        sys.exit(main())
