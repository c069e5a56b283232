"""What no person wrote, and how it is known."""
