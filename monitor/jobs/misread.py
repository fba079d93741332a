"""Says why a crawl could not begin by the config, which may have changed since this process read it."""

from datetime import timedelta
from pathlib import Path

from monitor.config import load_settings
from monitor.errors import ConfigError

EXIT_CODE = 2
"""Of a crawl that needs something to be edited first."""
AGAIN = timedelta(minutes=1)


def trouble_of(config_path: Path, slug: str) -> str:
    """What is wrong with the config as it stands now, in one line; "" when it is not to blame."""
    try:
        settings = load_settings(config_path)
    except ConfigError as error:
        return f"the config cannot be read any more: {str(error).splitlines()[0]}"
    if all(source.id != slug for source in settings.sources):
        return "the config has no such source any more: restart Emberwatch, which then leaves it alone"
    return ""
