"""Twilio's forms as messages and reports of the house, from payloads in the shapes that Twilio sends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.sms.codes import goes_forward
from channels.sms.inbound import Malformed, Unanswerable, read_message, read_report
from core.model import Consent, DeliveryReport, DeliveryStatus, InboundMessage, Position, RemoteMedia, Trouble
from tests.support.twilio_forms import (
    BUTTON,
    MEDIA,
    MMS_SID,
    PICTURE,
    PLAIN,
    RESIDENT,
    SERVICE,
    SID,
    STATUS,
    WHATSAPP,
    form,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def message(payload, **changes):
    return read_message(form(payload, **changes), NOW)


@pytest.mark.parametrize("payload", [PLAIN, SERVICE])
def test_a_text_in_both_genuine_shapes(payload):
    assert message(payload) == InboundMessage(
        channel="sms",
        provider_id=SID,
        sender=RESIDENT,
        received_at=NOW,
        text="There is a pothole on Main Street",
    )


@pytest.mark.parametrize(
    "text",
    [
        "¡Hola! ¿Qué tal?",
        "a@b.c_d",
        "100% + 1 = [ok] {x} ^ ~ | \\ €",
        "línea\nnueva",
        "👩‍👩‍👧 🇺🇸",
        "漢字",
        "1.",
    ],
)
def test_no_character_is_mangled(text):
    assert message(PLAIN, Body=text).text == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", ""),
        (None, ""),
        ("  hi \r\n", "hi"),
        ("n\u0303o", "ño"),
        ("a\x00b\u202ec", "abc"),
        ("a" + "\u0301" * 50, "á" + "\u0301" * 5),
        ("x" * 5000, "x" * 1600),
    ],
)
def test_a_body_is_made_harmless_and_no_longer_than_twilios(body, text):
    assert message(PLAIN, Body=body).text == text


def test_pictures_without_a_word():
    found = message(PICTURE)
    assert found.provider_id == MMS_SID
    assert (found.text, found.trouble) == ("", None)
    assert found.remote_media == (
        RemoteMedia(MEDIA + "4" * 32, "image/jpeg"),
        RemoteMedia(MEDIA + "5" * 32, "image/png"),
    )


@pytest.mark.parametrize(
    ("kind", "body", "trouble", "files"),
    [
        ("audio/amr", "", Trouble.VOICE, 2),
        ("video/3gpp", "", Trouble.BAD_FILE, 1),
        ("text/x-vcard", "", Trouble.BAD_FILE, 1),
        ("application/smil", "", None, 1),
        ("audio/amr", "a pothole", None, 2),
        ("audio/ogg; codecs=opus", "", Trouble.VOICE, 2),
        ("image/heic; name=a", "", None, 2),
    ],
)
def test_a_file_that_is_no_picture(kind, body, trouble, files):
    found = message(PICTURE, MediaContentType0=kind, Body=body)
    assert (len(found.remote_media), found.trouble) == (files, None)
    alone = message(PICTURE, MediaContentType0=kind, Body=body, NumMedia="1")
    assert alone.trouble == trouble


def test_voice_messages_stand_behind_the_pictures_with_their_kind():
    found = message(PICTURE, MediaContentType0="audio/amr").remote_media
    assert [(file.content_type, file.is_sound) for file in found] == [
        ("image/png", False),
        ("audio/amr", True),
    ]


@pytest.mark.parametrize("count", ["", "-1", "many", "0", "٣", "9999999999999"])
def test_a_senseless_count_of_files_is_none(count):
    assert message(PICTURE, NumMedia=count).remote_media == ()


def test_the_numbers_registration_is_never_the_place():
    assert message(PLAIN, Latitude="44.0", Longitude="-123.0").position is None


def test_whatsapp_has_positions_and_buttons():
    assert message(WHATSAPP).position == Position(44.0521, -123.0868)
    assert message(WHATSAPP).channel == message(BUTTON).channel == "whatsapp"
    assert message(WHATSAPP).sender == RESIDENT
    assert message(BUTTON).choice == "menu.report"
    assert message(BUTTON).text == "Report a problem"


@pytest.mark.parametrize("latitude", ["", "north", "nan", "inf", "91", "1e400"])
def test_a_position_that_is_none(latitude):
    assert message(WHATSAPP, Latitude=latitude).position is None


@pytest.mark.parametrize(
    ("word", "consent"),
    [("STOP", Consent.STOP), ("START", Consent.START), ("HELP", Consent.HELP), ("", None), ("X", None)],
)
def test_twilios_own_word_on_consent(word, consent):
    assert message(PLAIN, OptOutType=word).consent is consent


@pytest.mark.parametrize(
    ("sender", "channel", "address"),
    [
        ("+15550123456", "sms", "+15550123456"),
        (" 15550123456", "sms", "+15550123456"),
        ("72975", "sms", "72975"),
        ("rcs:+15550123456", "sms", "+15550123456"),
        ("whatsapp:+5215550123", "whatsapp", "+5215550123"),
    ],
)
def test_who_wrote(sender, channel, address):
    found = message(PLAIN, From=sender)
    assert (found.channel, found.sender) == (channel, address)


@pytest.mark.parametrize(
    "sender", ["BANK", "messenger:12345", "+", "+1555\n0123456", "anonymous", "+" + "1" * 40]
)
def test_who_cannot_be_answered(sender):
    with pytest.raises(Unanswerable):
        message(PLAIN, From=sender)


@pytest.mark.parametrize(
    "changes",
    [
        {"MessageSid": None, "SmsSid": None, "SmsMessageSid": None},
        {"From": None},
        {"MessageSid": "a b"},
        {"MessageSid": "x" * 65},
    ],
)
def test_what_is_no_message(changes):
    with pytest.raises(Malformed):
        message(PLAIN, **changes)


def test_of_a_repeated_field_the_first_counts():
    assert read_message([*form(PLAIN), ("Body", "another"), ("MessageSid", "SM9")], NOW).text.startswith(
        "There is"
    )


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        ("accepted", DeliveryStatus.ACCEPTED),
        ("queued", DeliveryStatus.ACCEPTED),
        ("sending", DeliveryStatus.ACCEPTED),
        ("sent", DeliveryStatus.SENT),
        ("delivered", DeliveryStatus.DELIVERED),
        ("read", DeliveryStatus.DELIVERED),
        ("undelivered", DeliveryStatus.FAILED),
        ("failed", DeliveryStatus.FAILED),
        ("canceled", DeliveryStatus.FAILED),
    ],
)
def test_a_status_report(status, fate):
    assert read_report(form(STATUS, MessageStatus=status)) == DeliveryReport("sms", SID, fate)


@pytest.mark.parametrize("status", ["received", "receiving", "something new", ""])
def test_a_status_that_says_nothing_about_a_message_of_ours(status):
    assert read_report(form(STATUS, MessageStatus=status, SmsStatus=status)) is None


@pytest.mark.parametrize(
    ("error", "kept", "opted_out"),
    [
        ("30003", "30003", False),
        ("21610", "21610", True),
        ("", "", False),
        ("x", "", False),
        ("0", "", False),
        ("²", "", False),
    ],
)
def test_the_error_of_a_failed_message(error, kept, opted_out):
    report = read_report(form(STATUS, MessageStatus="failed", ErrorCode=error))
    assert report == DeliveryReport("sms", SID, DeliveryStatus.FAILED, kept, opted_out)


def test_a_report_on_whatsapp():
    report = read_report(form(STATUS, To=f"whatsapp:{RESIDENT}"))
    assert report is not None
    assert report.channel == "whatsapp"


@pytest.mark.parametrize(
    ("known", "reported", "forward"),
    [
        (None, DeliveryStatus.ACCEPTED, True),
        (DeliveryStatus.ACCEPTED, DeliveryStatus.SENT, True),
        (DeliveryStatus.SENT, DeliveryStatus.ACCEPTED, False),
        (DeliveryStatus.SENT, DeliveryStatus.SENT, False),
        (DeliveryStatus.DELIVERED, DeliveryStatus.SENT, False),
        (DeliveryStatus.SENT, DeliveryStatus.FAILED, True),
        (DeliveryStatus.FAILED, DeliveryStatus.DELIVERED, False),
        (DeliveryStatus.DELIVERED, DeliveryStatus.FAILED, False),
    ],
)
def test_a_late_report_never_goes_backwards(known, reported, forward):
    assert goes_forward(known, reported) is forward


NAMES = st.sampled_from(sorted({*PICTURE, *BUTTON, "OptOutType"})) | st.text(max_size=20)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(NAMES, st.text(max_size=60)), max_size=25))
def test_any_form_is_a_message_or_malformed(pairs):
    for reading in (lambda: read_message(pairs, NOW), lambda: read_report(pairs)):
        try:
            found = reading()
        except Malformed:
            continue
        assert found is None or found.provider_id
