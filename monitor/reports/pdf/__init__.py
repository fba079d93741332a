"""A report as PDF: its outline as plain values, drawn by a typst template with fonts from packages."""

from monitor.reports.pdf.compiling import pdf

__all__ = ["pdf"]
