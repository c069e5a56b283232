"""The hands: one file for each thing that a resident can ask."""
