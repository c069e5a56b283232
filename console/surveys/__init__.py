"""Surveys: the list, the builder, previews, opening and closing, results, history."""

from __future__ import annotations

from console.surveys import builder, listing, previews, publishing, questions, result_pages

ROUTERS = (
    listing.router,
    questions.router,
    previews.router,
    result_pages.router,
    publishing.router,
    builder.router,
)
