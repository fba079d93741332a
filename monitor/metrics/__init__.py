"""Tells Prometheus how a process and its database are doing, and a container's keeper whether they live."""

from monitor.metrics.server import serve

__all__ = ["serve"]
