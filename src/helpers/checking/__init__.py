"""Checks on data: what must hold before a report is built."""
