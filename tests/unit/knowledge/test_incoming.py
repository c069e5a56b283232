"""What a source says now, as it is taken over a document that staff corrected."""

from __future__ import annotations

from datetime import date

from knowledge.documents.documents import Content
from knowledge.documents.incoming import incoming_content
from knowledge.documents.tables import IncomingRow

OURS = Content(
    "Sauna",
    "The sauna opens at nine.",
    "en",
    audience="Guests",
    review_by=date(2027, 1, 1),
    keywords=("heat",),
)


def test_what_staff_say_about_a_document_stays_and_what_a_machine_read_is_told():
    theirs = Content("Sauna", "The sauna opens at eight.", "en", keywords=("steam",), scanned=True)
    known = IncomingRow(title=theirs.title, text=theirs.text, details=theirs.details(), is_gone=False)
    taken = incoming_content(known, OURS)
    assert (taken.text, taken.scanned) == (theirs.text, True)
    assert (taken.audience, taken.review_by, taken.keywords) == ("Guests", OURS.review_by, ("steam", "heat"))


def test_of_a_source_that_is_gone_there_is_nothing_to_take():
    assert incoming_content(IncomingRow(title="Sauna", text="", details={}, is_gone=True), OURS) == OURS
