"""The command line."""

from sayso.cli import finding, keeping, reading
from sayso.cli.application import app, main

__all__ = ["app", "finding", "keeping", "main", "reading"]
