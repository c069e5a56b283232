"""Conversations: the live list, the transcript, answering in the bot's place, canned replies, hours, and the search over what was said."""

from __future__ import annotations

from fastapi import APIRouter

from console.conversations import answering, hours, listing, replies, searching, transcript

ROUTERS: tuple[APIRouter, ...] = (
    listing.router,
    searching.router,
    replies.router,
    hours.router,
    transcript.router,
    answering.router,
)
"""Fixed paths before those of one conversation."""
