"""Rasa graph components of the pipeline. They run in Rasa's Python (3.10) and import nothing else of the house."""
