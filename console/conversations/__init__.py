"""Conversations: the live list, the transcript, answering in the bot's place, canned replies, hours, what failed, and the search over what was said."""

from __future__ import annotations

from fastapi import APIRouter

from console.conversations import answering, failed, hours, listing, replies, searching, transcript

ROUTERS: tuple[APIRouter, ...] = (
    listing.router,
    searching.router,
    replies.router,
    hours.router,
    failed.router,
    transcript.router,
    answering.router,
)
"""Fixed paths before those of one conversation."""
