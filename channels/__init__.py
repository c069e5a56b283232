"""The doors: a folder a vendor (`registry.py` lists them); translate in, translate out, verify, limits of the channel."""
