"""Secrets: given in the config only as `{env: NAME}`, read from the environment, never printed."""

import os
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, SecretStr


def read_secret(value: Any) -> SecretStr:
    """Resolve `{env: NAME}`; plain text and missing variables are refused without showing the value."""
    if isinstance(value, SecretStr):
        return value
    if not (isinstance(value, dict) and set(value) == {"env"} and isinstance(value["env"], str)):
        raise ValueError("a secret must be written as {env: NAME}, not in plain text")
    name = value["env"]
    if not os.environ.get(name):
        raise ValueError(f"the environment variable {name} is not set")
    return SecretStr(os.environ[name])


Secret = Annotated[SecretStr, BeforeValidator(read_secret), PlainSerializer(lambda _: "***", return_type=str)]


def read_hidden(value: Any) -> SecretStr:
    """A text as it stands, or `{env: NAME}`."""
    return SecretStr(value) if isinstance(value, str) else read_secret(value)


Hidden = Annotated[SecretStr, BeforeValidator(read_hidden), PlainSerializer(lambda _: "***", return_type=str)]
"""What need not be a secret and may hold one, such as an address with a token in its path: never printed either."""
