"""What the house has to know of a channel to talk through it, so that nobody asks for a channel's name.

Each vendor's folder declares the traits of its channels; `channels.registry.traits_of` gives them to whoever needs them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class AddressKind(StrEnum):
    """What the address of a resident on a channel is to a person who reads it."""

    HIDDEN = "hidden"  # a key to the conversation: it says nothing, opens everything, and is never shown
    HANDLE = "handle"  # their id at the vendor
    PHONE_NUMBER = "phone_number"


@dataclass(frozen=True, slots=True)
class QuotationLimit:
    """How much of a document an answer may quote: so many `characters`, or `segments` where each of them is paid for.

    `beside` are keys of what the channel itself puts into the same text: one character that GSM-7 lacks makes all of it UCS-2.
    """

    characters: int = 600
    segments: int = 0
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelTraits:
    """One channel, as everybody outside its folder knows it. The defaults are those of a chat that takes what is pushed to it.

    `name` is what databases and payloads call it. People read `channel.<name>` (staff) and `survey.on_<name>` (residents) of the
    catalogues; a channel without the latter is not named to residents.
    """

    name: str
    is_pulled: bool = False
    """Its clients come and read the transcript: a resident has to return to see an answer, and the outbox sends nothing."""
    has_carrier_rules: bool = False
    """Carriers want the first words and the help to say who writes and how to stop (CTIA, "Messaging Principles and Best
    Practices"); STOP ends everything but START, HELP and danger; CANCEL and END mean STOP where no question stands open."""
    has_numbered_choices: bool = False
    """Several options are chosen by their numbers rather than ticked."""
    has_plain_letters: bool = False
    """Names of languages are spelt in letters that GSM-7 has."""
    has_links_for_pictures: bool = False
    """Pictures travel as addresses of a public page."""
    shows_maps: bool = False
    """A small map can stand beside the words, and costs nobody anything."""
    photo_link_text: str = ""
    """Key of the words that bring a link to a page that takes a photo, where sending one may be impossible or dear."""
    list_length: int = 8
    """Entries of a long list that are shown at a time, beside `more` and `none of these`; fewer where each line is read and paid for."""
    shows_writer: bool = False
    """Its clients show beside the words which colleague writes; elsewhere the words begin with the name."""
    stacks_buttons: bool = False
    """Buttons stand one below the other, as a preview shows them."""
    comes_in_pieces: bool = False
    """People write a story in several short texts, which are read together (`conversation/fragments.py`)."""
    can_be_edited: bool = False
    """Residents can change what they sent."""
    address: AddressKind = AddressKind.HIDDEN
    quotation: QuotationLimit = field(default_factory=QuotationLimit)
    listens_for: timedelta | None = None
    """How long after the resident's last message the vendor takes free text; None is for ever."""
    is_for_residents: bool = True
    """Staff choose among these where a survey is offered; the others are for developers and other machines."""
    is_limited: bool = True
    """How much a sender writes is counted and limited."""
    is_shown_when_shut: bool = True
    """Staff see it in lists although this installation has not opened it."""

    @property
    def has_address(self) -> bool:
        """Whether there is a number or an id that staff may ask to see."""
        return self.address is not AddressKind.HIDDEN

    @property
    def is_paid_by_segment(self) -> bool:
        """Whether what is sent is counted in segments of an SMS."""
        return self.quotation.segments > 0
