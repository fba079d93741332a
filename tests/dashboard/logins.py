"""Logins in tests: what a provider says of somebody, a provider of its own, and a config that asks for a login."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import yaml

from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.facts import Role
from tests.dashboard.pages import write_config
from tests.dashboard.served import free_port, serving, wait_for

SECRETS = {"OIDC_SECRET": "of the client", "COOKIE_SECRET": "0123456789abcdef0123456789abcdef"}
GROUPS = {Role.VIEWER: "watchers", Role.AGENT: "support", Role.LEAD: "leads", Role.ADMIN: "bosses"}
STRANGER = "stranger@shop.example"


def address_of(role: Role) -> str:
    """The e-mail address of the one person of each role."""
    return f"{role.value}@shop.example"


def login_options(provider: str = "http://localhost:1", **changes: object) -> dict[str, Any]:
    """The section `dashboard.login`, which gives roles by groups."""
    return {
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
        "client_id": "emberwatch",
        "client_secret": {"env": "OIDC_SECRET"},
        "cookie_secret": {"env": "COOKIE_SECRET"},
        "role_claim": "groups",
        "roles": {role.value: [group] for role, group in GROUPS.items()},
        **changes,
    }


def with_login(path: Path, login: Mapping[str, Any] | None = None, **dashboard: object) -> Path:
    """Add a login to a config file."""
    config = yaml.safe_load(path.read_text())
    config["dashboard"] |= {"login": dict(login or login_options()), **dashboard}
    path.write_text(yaml.safe_dump(config))
    return path


def claims(login: str, *groups: str, **more: object) -> dict[str, Any]:
    """What a provider says of somebody who logs in now."""
    now = utcnow().timestamp()
    return {"sub": login, "email": login, "email_verified": True, "groups": list(groups), "iat": now, **more}


def logged_in(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *, login: str = "sana@shop.example", name: str = "Sana",
    role: Role = Role.AGENT, **more: object,
) -> None:  # fmt: skip
    """As if this person had logged in to the dashboard of the config in this folder, before its page is opened."""
    for variable, value in SECRETS.items():
        monkeypatch.setenv(variable, value)
    with_login(folder / "config.yaml")
    said = claims(login, GROUPS[role], name=name) | more
    monkeypatch.setattr(st, "user", {"is_logged_in": True, "provider": "default"} | said)


@contextmanager
def provider() -> Iterator[str]:
    """The address of a provider where one person of each role, and a stranger without any, can log in.

    It is a process of its own: what it warns of is not for our tests.
    """
    port, people = free_port(), [(address_of(role), [group]) for role, group in GROUPS.items()] + [(STRANGER, [])]
    users = [
        {
            "sub": login,
            "email": login,
            "email_verified": True,
            "name": f"{login.split('@')[0].title()} One",
            "groups": groups,
        }
        for login, groups in people
    ]
    words = [part for user in users for part in ("--user-claims", json.dumps(user))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *words], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://localhost:{port}/.well-known/openid-configuration", process)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def served_with_login(url: str, folder: Path, provider: str = "http://localhost:1", **login: object) -> Iterator[str]:
    """The address of a real server of this database, where people log in; the secrets must be in the environment."""
    path = write_config(folder, url, free_port())
    port = load_settings(path).dashboard.port
    settings = load_settings(with_login(path, login_options(provider, **login), url=f"http://localhost:{port}"))
    with serving(settings, path) as address:
        yield address
