"""The names of all metrics of ours, as Prometheus hears them."""

from monitor import meters
from monitor.metrics.families import GAUGES, INFO, UP

OF_THE_DATABASE = {one.name: one for one in (UP, INFO, *GAUGES)}
OF_THE_PROCESS = {family.name: family for family in meters.REGISTRY.collect()}
_ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
SERIES = frozenset(
    [
        *OF_THE_DATABASE,
        *(name + end for name, family in OF_THE_PROCESS.items() for end in _ENDINGS.get(family.type, ("",))),
    ]
)
"""What may stand in a query; of the libraries' metrics, those that are asked for."""
OF_LIBRARIES = frozenset({"process_resident_memory_bytes", "process_cpu_seconds_total"})
