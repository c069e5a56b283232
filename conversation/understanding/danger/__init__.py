"""Danger in a resident's words: one detector that needs no NLU, in every language of the catalogue (docs/dialogue.md)."""
