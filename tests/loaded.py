"""All that our commands and the dashboard load: `tests/commands.py` forks from a process that has imported this."""

import gc
import importlib
import pkgutil

gc.disable()

import streamlit.runtime.scriptrunner  # noqa: E402
import streamlit.web.bootstrap  # noqa: E402
import streamlit.web.cli  # noqa: E402, F401
from streamlit.components.v2 import manifest_scanner  # noqa: E402

import dashboard  # noqa: E402
import monitor  # noqa: E402

for package in (monitor, dashboard):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        name = found.name
        if not name.endswith((".__main__", ".app", ".served")) and ".migrations" not in name:
            importlib.import_module(name)

# Streamlit reads at each start what all installed packages say of themselves; here once for all.
manifests = manifest_scanner.scan_component_manifests()
manifest_scanner.scan_component_manifests = lambda: manifests  # type: ignore[assignment, misc]

gc.freeze()
gc.enable()
