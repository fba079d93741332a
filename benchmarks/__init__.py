"""Measures what the shipped code does; nothing imports it."""
