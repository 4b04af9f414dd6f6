"""How a ledger's tables come from one version to the next."""
