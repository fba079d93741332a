"""A real WordPress (from Debian) with its database in a folder of its own, and what its visitors and its owner do."""

import getpass
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.processes import answers_at, free_port, running

DEBIAN = Path("/usr/share/wordpress")
OURS = Path(__file__).parent / "wordpress"
PROGRAMS = ("php", "mariadbd", "mariadb-install-db", "mariadb")
SMALL = ("--skip-log-bin", "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M", "--performance-schema=off")


def is_installed() -> bool:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return DEBIAN.is_dir() and all(shutil.which(program, path=path) for program in PROGRAMS)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, and knows where it would have led."""

    led_to = ""

    def redirect_request(self, request: Any, file: Any, code: int, words: str, headers: Any, url: str) -> None:
        self.led_to = url


@dataclass(frozen=True)
class Blog:
    """A running WordPress."""

    url: str
    folder: Path
    env: dict[str, str]

    def act(self, action: str, *given: str) -> str:
        """What the owner does, by WordPress's own functions; see wordpress/act.php."""
        done = subprocess.run(
            ["php", str(OURS / "act.php"), str(self.folder), action, *given],
            env={**os.environ, **self.env}, check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"{action}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
        return done.stdout.strip()

    def comment(self, post: str, author: str, text: str, parent: str = "0") -> str:
        """Comment by the public form as a visitor does; the number of the new comment."""
        told = {
            "comment_post_ID": post, "comment_parent": parent, "author": author, "comment": text,
            "email": f"{author.lower()}@example.test",
        }  # fmt: skip
        request = urllib.request.Request(
            f"{self.url}/wp-comments-post.php",
            data=urllib.parse.urlencode(told).encode(),
            headers={"User-Agent": "Mozilla/5.0"},
        )
        with suppress(urllib.error.HTTPError), urllib.request.build_opener(stay := _Stay()).open(request, timeout=30):
            pass
        number = re.search(r"#comment-(\d+)", stay.led_to)
        assert number is not None, f"the form was not taken; it led to {stay.led_to!r}"
        return number[1]


@contextmanager
def blog(folder: Path) -> Iterator[Blog]:
    """A fresh WordPress without posts or comments of our own, until the block ends."""
    site, socket, user, port = folder / "wp", folder / "db.sock", getpass.getuser(), free_port()
    url = f"http://127.0.0.1:{port}"
    env = {"WORDPRESS_URL": url, "WORDPRESS_DB_SOCKET": str(socket), "WORDPRESS_DB_USER": user}
    env["PATH"] = f"{os.environ.get('PATH', '')}:/usr/sbin"
    _lay_out(site)
    with _database(folder, socket, user, env):
        found = Blog(url, site, env)
        found.act("install")
        serve = ["php", "-S", f"127.0.0.1:{port}", "-t", str(site), str(OURS / "router.php")]
        with running(serve, folder / "php.log", ready=answers_at(port), env=env):
            yield found


def _lay_out(site: Path) -> None:
    shutil.copytree(DEBIAN, site, ignore=shutil.ignore_patterns("wp-config.php", "languages", ".htaccess"))
    shutil.copy(OURS / "wp-config.php", site)
    (site / "wp-content" / "mu-plugins").mkdir()
    shutil.copy(OURS / "for-tests.php", site / "wp-content" / "mu-plugins")


@contextmanager
def _database(folder: Path, socket: Path, user: str, env: dict[str, str]) -> Iterator[None]:
    data = folder / "db"
    known = {**os.environ, **env}
    install = ["mariadb-install-db", "--no-defaults", f"--user={user}", f"--datadir={data}", "--skip-test-db"]
    subprocess.run(
        [*install, "--auth-root-authentication-method=normal"], env=known, check=True, capture_output=True, timeout=120
    )
    command = ["mariadbd", "--no-defaults", f"--user={user}", f"--datadir={data}", f"--socket={socket}"]
    ask = ["mariadb", "--no-defaults", f"--socket={socket}", "--user=root", "--execute"]

    def ready() -> bool:
        return subprocess.run([*ask, "SELECT 1"], env=known, capture_output=True, check=False).returncode == 0

    with running([*command, "--skip-networking", *SMALL], folder / "db.log", ready=ready, env=env):
        made = f"CREATE DATABASE wp; CREATE USER IF NOT EXISTS '{user}'@localhost IDENTIFIED BY ''"
        subprocess.run([*ask, f"{made}; GRANT ALL ON wp.* TO '{user}'@localhost"], env=known, check=True, timeout=60)
        yield
