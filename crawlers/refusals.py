"""Says in words what a host means when it refuses, and reads its JSON when it does not."""

from collections.abc import Mapping
from typing import Any

from scrapy.http import TextResponse

from crawlers.answers import json_of
from crawlers.base import NotUnderstood, Walled
from crawlers.walls import is_page, wall_in

READ = [304, 400, 401, 403, 404, 410]
"""Statuses that a spider reads itself, to say what they mean."""
NOT_LET_IN = (401, 403)
USUAL = {
    400: "the request is not one that it takes",
    401: "it wants a login",
    403: "it does not let us in",
    404: "there is nothing at this address",
    410: "what was there is gone for good",
}


def answer_of(response: TextResponse, meanings: Mapping[int, str] | None = None) -> Any:
    """The values of a JSON answer.

    A refusal raises with its meaning: Walled when we are not let in (401, 403), else NotUnderstood.
    """
    if response.status < 300:
        return json_of(response)
    if is_page(response.text) and (wall := wall_in(response.text)):
        raise Walled(f"{wall} instead of the answer")
    meaning = {**USUAL, **(meanings or {})}.get(response.status, "the server answers")
    raise (Walled if response.status in NOT_LET_IN else NotUnderstood)(f"{meaning} ({response.status})")
