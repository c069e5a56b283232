"""Every vendor by name, and what the house asks of all of them. A new one is a folder and one word in `FOLDERS`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from pydantic import create_model

from channels.traits import ChannelTraits
from channels.vendor import ChannelBinding, ChannelContext, SegmentTerms, Vendor
from core.model import Reply
from core.preview import Preview, Shown
from core.settings import Settings
from core.texts import Texts

FOLDERS = (
    "web",
    "sms",
    "telegram",
    "rasa",
    "terminal",
    "echo",
)
"""In the order in which staff see them. What each offers is its `VENDOR`."""


def _vendor_of(folder: str) -> Vendor:
    vendor: Vendor = import_module(f"channels.{folder}").VENDOR
    return vendor


VENDORS: tuple[Vendor, ...] = tuple(map(_vendor_of, FOLDERS))
TRAITS: Mapping[str, ChannelTraits] = {
    traits.name: traits for vendor in VENDORS for traits in vendor.channels
}
PREVIEWED: tuple[str, ...] = tuple(vendor.channels[0].name for vendor in VENDORS if vendor.look)
"""Channels whose look differs from the others'; the first of them stands for those that have none of their own."""

InstallationSettings: type[Settings] = create_model(
    "InstallationSettings",
    __base__=(*(cast("type[Settings]", each.settings) for each in VENDORS if each.settings), Settings),
)
"""The settings of the house and of every vendor, as one installation has them."""


def traits_of(channel: str) -> ChannelTraits:
    """The traits of a channel; those of any chat for one that there is no more, whose conversations are still kept."""
    return TRAITS.get(channel) or ChannelTraits(channel)


def shown_channels(settings: Settings) -> tuple[ChannelTraits, ...]:
    """The channels that staff see in lists."""
    return tuple(
        traits
        for vendor in VENDORS
        for traits in vendor.channels
        if traits.is_shown_when_shut or vendor.is_open(settings)
    )


def open_doors(context: ChannelContext) -> tuple[ChannelBinding, ...]:
    """Every door that settings have an account for. Raises `SettingsError` where one is half set up."""
    return tuple(
        vendor.open_door(context)
        for vendor in VENDORS
        if vendor.open_door and vendor.is_open(context.settings)
    )


def segment_terms(channel: str, settings: Settings) -> SegmentTerms:
    """How segments are counted on this channel."""
    vendor = next((each for each in VENDORS if traits_of(channel) in each.channels), None)
    return vendor.segment_terms(settings) if vendor and vendor.segment_terms else SegmentTerms()


def paid_terms(settings: Settings) -> SegmentTerms:
    """How segments are counted where they are paid for."""
    paid = (name for name, traits in TRAITS.items() if traits.is_paid_by_segment)
    return next((segment_terms(name, settings) for name in paid), SegmentTerms())


def make_preview(texts: Texts, settings: Settings) -> Preview:
    """The function that shows a reply as a channel would send it, whether or not the door is open.

    The doors' own rendering is asked, whose libraries are imported at the first look.
    """
    looks = {vendor.channels[0].name: vendor.look for vendor in VENDORS if vendor.look}

    def preview(channel: str, reply: Reply) -> list[Shown]:
        look = looks.get(channel) or looks[PREVIEWED[0]]
        return look(reply, texts, settings)

    return preview
