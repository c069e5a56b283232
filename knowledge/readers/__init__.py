"""Readers: one file for each family of documents, each turning a file into `Document`s of Markdown with headings."""
