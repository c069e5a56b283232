"""Whether what the library says still holds: pages that contradict each other, older versions, pages that nobody looked at."""
