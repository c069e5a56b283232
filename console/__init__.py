"""The staff's door: web pages at `/console`. Rules and storage live in the rooms they belong to; here are people, sessions and pages."""
