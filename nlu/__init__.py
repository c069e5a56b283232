"""Rasa as the NLU, our training data and pipeline components, and the one client that speaks to it."""
