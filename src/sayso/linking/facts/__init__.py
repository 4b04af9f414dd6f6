"""Tables of facts from outside: see ``training/facts.py``."""
