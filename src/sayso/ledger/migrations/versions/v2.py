"""Version 2: what is searched, who is who across documents, reviews, tombstones."""

revision = "2"
down_revision: str | None = "1"


def upgrade() -> None:
    """Make the tables that version 2 adds to those of version 1, and fill them from what is there."""
    _make_identities()
    _make_reviews()
    _make_catalogue()


def _make_identities() -> None:
    """Who is who across documents."""


def _make_reviews() -> None:
    """Reviews and tombstones."""


def _make_catalogue() -> None:
    """What is searched."""
