"""The registry: the city's records and their rules: services, requests, places, surveys."""
