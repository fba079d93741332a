"""Writes what was asked for as tables: CSV, workbooks, JSON lines and Parquet, row by row."""

from monitor.exports.columns import Column, Kind
from monitor.exports.limits import TooManyRows
from monitor.exports.tables import TABLES, About, columns_of
from monitor.exports.writing import MEDIA_TYPES, Form, write

__all__ = ["MEDIA_TYPES", "TABLES", "About", "Column", "Form", "Kind", "TooManyRows", "columns_of", "write"]
