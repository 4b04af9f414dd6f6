"""The command line."""

from sayso.cli import finding, keeping, knowing, reading
from sayso.cli.application import app, main

__all__ = ["app", "finding", "keeping", "knowing", "main", "reading"]
