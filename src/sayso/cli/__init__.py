"""The command line."""

from sayso.cli import comparing, finding, keeping, knowing, origins, reading, reviewing, searching
from sayso.cli.application import app, main

__all__ = ["app", "comparing", "finding", "keeping", "knowing", "main", "origins", "reading", "reviewing", "searching"]
