"""Records for people to look at: text for a terminal, a page for a browser."""
