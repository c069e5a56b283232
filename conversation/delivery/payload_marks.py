"""What the payload of a message in the queue says beside the message itself."""

URGENT, ALARMED = "urgent", "alarmed"
"""Of a message that tells of danger: that it does, and whether it has been said whom to call."""
APOLOGISED = "apologised"
"""Of a message that failed: that it was written down all the same, and apologised for."""
TOLD_TO_WAIT, CALM = "told_to_wait", "calm"
"""Of a message that was set aside before: that its writer knows, and said that it tells of no danger."""
