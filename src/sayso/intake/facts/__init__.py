"""Tables of facts that intake needs."""
