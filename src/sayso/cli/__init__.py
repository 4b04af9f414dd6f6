"""The command line."""

from sayso.cli import finding, keeping, knowing, reading, reviewing, searching
from sayso.cli.application import app, main

__all__ = ["app", "finding", "keeping", "knowing", "main", "reading", "reviewing", "searching"]
