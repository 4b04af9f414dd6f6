"""The ledger keeps documents, where they appeared, and what readings made of them, in SQLite or PostgreSQL."""
