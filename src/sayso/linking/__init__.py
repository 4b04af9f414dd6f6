"""Linking finds how statements stand to each other, and who is who, from records alone."""
