"""The section of privacy: what is taken out of texts before they leave."""

from typing import Annotated

from pydantic import Field

from monitor.config.options import Options

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class PrivacyOptions(Options):
    """What leaves us (exports, messages, reports, corrections) does so without what customers can be reached by."""

    redact: bool = True
    regions: tuple[Country, ...] = ()  # whose telephone numbers are known, besides those of the brands' time zones
