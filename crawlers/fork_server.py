"""Forks crawls from a process that has loaded all that a crawl needs: to load it takes longer than most crawls.

It is asked over a socket, in lines of JSON:

- `{"begin": words, "environment": {…}, "folder": path}` is answered with the number of a new process, which runs the
  command `python -m crawlers` with these words, or with null when there is no room for one;
- `{"poll": number}` with its exit code once it has ended (the negative number of a signal that ended it), else null;
- `{"send": number, "signal": 15}` with whether it was still there.

It reads the config of the crawls too, as often as that changes. Only this process waits for its children, so a number
is never that of somebody else. It ends when the socket is closed, and its children are asked to stop then.
"""

import gc
import importlib
import json
import logging
import os
import pkgutil
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from crawlers import command, kept_config, spiders
from monitor.log import catch_all
from monitor.parent import STARTED_BY, end_with

ALSO = (
    "crawlers.pipelines",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.downloader.tls",
    "scrapy.core.engine",
    "scrapy.core.scheduler",
)
"""What Scrapy loads once it begins."""
STOPS = (signal.SIGTERM, signal.SIGINT)


def serve(link: socket.socket) -> None:
    """Answer until nobody asks any more."""
    catch_all()
    for sign in STOPS:  # sent to all of a terminal or a service, they are for who started us, and for the crawls
        signal.signal(sign, signal.SIG_IGN)
    for name in (*ALSO, *(f"crawlers.spiders.{found.name}" for found in pkgutil.iter_modules(spiders.__path__))):
        importlib.import_module(name)
    gc.freeze()
    gc.enable()
    children: set[int] = set()
    with link, link.makefile("r", encoding="utf-8") as asked:
        for line in asked:
            answer = _answer(json.loads(line), children, link)
            link.sendall(f"{json.dumps(answer)}\n".encode())


def _answer(asked: dict[str, Any], children: set[int], link: socket.socket) -> Any:
    if "begin" in asked:
        try:
            number = _begin(asked, link)
        except OSError:  # the system has no room for one more
            return None
        children.add(number)
        return number
    number = asked.get("poll") or asked["send"]
    if number not in children:
        return False
    if "send" in asked:
        os.kill(number, asked["signal"])
        return True
    ended, status = os.waitpid(number, os.WNOHANG)
    if not ended:
        return None
    children.discard(number)
    return os.waitstatus_to_exitcode(status)


def _begin(asked: dict[str, Any], link: socket.socket) -> int:
    if "--source" in (words := asked["begin"]) and "--config" in words:
        config = Path(words[words.index("--config") + 1])
        kept_config.keep(config, asked["environment"], asked["folder"])
    server = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # until the crawl hears them: a signal that waits is not ignored
    try:
        number = os.fork()
    except OSError:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        raise
    if number == 0:
        code = 1
        try:
            os.close(link.fileno())  # with `close` it would stay open for the lines that are read from it
            code = _crawl(asked["begin"], asked["environment"], asked["folder"], server)
        finally:
            os._exit(code)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return number


def _crawl(words: list[str], environment: dict[str, str], folder: str, server: int) -> int:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    code = None
    try:
        os.environ.clear()
        os.environ.update(environment)
        os.environ.pop(STARTED_BY, None)  # that is the parent of our parent
        os.chdir(folder)
        end_with(server)
        code = command.main(words)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        if code is None:
            sys.excepthook(*sys.exc_info())
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    return code
