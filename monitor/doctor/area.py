"""What the doctor can look at alone."""

import enum


class Area(enum.StrEnum):
    """In the order in which all are looked at."""

    CONFIG = "config"
    DATABASE = "database"
    MODEL = "model"
    REPORTS = "reports"
    SOURCES = "sources"
    DOORS = "doors"
    CHANNELS = "channels"
    POSTING = "posting"
    LOGIN = "login"
    JOBS = "jobs"
