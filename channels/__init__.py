"""The doors: one file or folder a vendor; translate in, translate out, verify, limits of the channel."""
