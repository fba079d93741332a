"""The command `python -m crawlers`; with `--serve NUMBER` it forks crawls, as asked through that open socket."""

import gc
import socket
import sys


def main() -> int:
    """Load the command and run it; until then the collector rests, as nothing that is loaded is garbage."""
    gc.disable()  # to look through it again and again takes a fifth of the start
    if sys.argv[1:2] == ["--serve"]:
        from crawlers.fork_server import serve

        serve(socket.socket(fileno=int(sys.argv[2])))
        return 0
    from crawlers.command import main as command

    gc.enable()
    return command()


if __name__ == "__main__":
    sys.exit(main())
