"""The hall: the conversation between a resident and the city. See ARCHITECTURE.md for the way of a message."""
