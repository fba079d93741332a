"""Where our servers listen: the dashboard, the reception, and the figures for Prometheus."""

from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from monitor.config.login import LoginOptions
from monitor.config.options import Options
from monitor.web import LOOPBACK, is_address, is_here


class DashboardOptions(Options):
    """Where the dashboard listens. Without a login it is for this machine only."""

    login: LoginOptions | None = None
    proxy_login: bool = False  # the proxy asks for a login: names are taken on trust, and everybody may do everything
    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65535)
    url: str = Field(default="", validate_default=True)  # as people reach it; links in messages start with it

    @field_validator("proxy_login")
    @classmethod
    def _one_login(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("login") is not None:
            raise ValueError("there is `login` beside it: leave one of them out")
        return value

    @field_validator("host")
    @classmethod
    def _login_for_others(cls, value: str, info: ValidationInfo) -> str:
        if value not in LOOPBACK and "login" in info.data and info.data["login"] is None:
            raise ValueError(
                f"{value!r} is refused: without a login the dashboard listens on 127.0.0.1 only; "
                "set dashboard.login (docs/operating.md says how)"
            )
        return value

    @field_validator("url")
    @classmethod
    def _safe_with_login(cls, value: str, info: ValidationInfo) -> str:
        """The provider sends people back there: nobody may listen in on the way."""
        url = value.rstrip("/")
        if info.data.get("login") is None or (not url and info.data.get("host") in (*LOOPBACK, None)):
            return value
        if not is_address(url) or urlsplit(url).path or not (url.startswith("https://") or is_here(url)):
            raise ValueError(
                f"{value!r} is refused: with a login it must be the https address by which people reach the dashboard, "
                "without a path; http is for this machine only"
            )
        return value

    @property
    def is_open(self) -> bool:
        """Whether others reach it and nobody asks them who they are."""
        return self.login is None and not self.proxy_login and not is_here(self.link)

    @property
    def link(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.url or f"http://{host}:{self.port}").rstrip("/")


class ReceptionOptions(Options):
    """Where the server listens that webhooks and surveys come to. It speaks plain HTTP: a proxy before it adds TLS."""

    host: str = "127.0.0.1"
    port: int = Field(default=8502, ge=1, le=65535)
    url: str = ""  # as others reach it, such as https://in.shop.example
    behind_proxy: bool = False  # true: the proxy's X-Forwarded-For says who asks
    actions: bool = True  # alerts carry links by which people acknowledge them; they are answered here

    @property
    def link(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.url or f"http://{host}:{self.port}").rstrip("/")


class MetricsOptions(Options):
    """Where a process tells Prometheus how it is doing, and a container's keeper that it lives.

    Nobody is asked who they are, so it is for this machine only unless another host is named here.
    """

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8503, ge=1, le=65535)  # of this process: two of one machine need two
