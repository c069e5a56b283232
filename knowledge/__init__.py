"""The library: city documents in, passages and an index, answers with their source out."""
