"""Intake turns what users have into documents, and it alone decides a document's text."""
