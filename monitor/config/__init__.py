"""The settings: read from `config.yaml`, overridden by the environment, checked whole before anything runs."""

from monitor.config.people import PersonOptions
from monitor.config.places import BrandOptions, CrawlingOptions, Imports, SourceOptions
from monitor.config.reading import load_settings
from monitor.config.sections import DetectionOptions, HeartbeatOptions
from monitor.config.serving import DashboardOptions, MetricsOptions, ReceptionOptions
from monitor.config.settings import Settings

__all__ = [
    "BrandOptions",
    "CrawlingOptions",
    "DashboardOptions",
    "DetectionOptions",
    "HeartbeatOptions",
    "Imports",
    "MetricsOptions",
    "PersonOptions",
    "ReceptionOptions",
    "Settings",
    "SourceOptions",
    "load_settings",
]
