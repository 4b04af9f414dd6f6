"""One module for each version of a ledger."""
