"""Pictures have so much room: of one sender a day, of all together; and what nobody claims is removed."""

from __future__ import annotations

import io
import os
import uuid
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from city.requests.tables import RequestPhotoRow, ServiceRequestRow
from conversation.delivery.fake_channel import LedgerChannel
from conversation.store.picture_room import sweep_unclaimed
from core.errors import BadUpload
from core.model import Attachment, Picture, RemoteMedia, Reply, Trouble
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House

WEEK = timedelta(days=7)


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def open_house(tmp_path):
    opened = []

    def open_house(**settings: object) -> House:
        house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], **settings)
        house.app.channels.update({"ledger": LedgerChannel("ledger")})
        opened.append(house)
        return house

    yield open_house
    for house in opened:
        house.close()


@pytest.fixture
def house(open_house):
    return open_house()


def kept(house: House, attachment: Attachment) -> bool:
    return house.app.media.read(attachment.media_id) is not None


def uploaded(house: House) -> Attachment:
    """A picture, written when the house's clock says so."""
    taken = house.app.media.take(photo())
    at = house.clock().timestamp()
    os.utime(house.app.media._path_of(taken.media_id), (at, at))
    return taken


def swept(house: House, days: float) -> int:
    house.clock.move(days * 86_400)
    return sweep_unclaimed(house.app.database, house.app.media, house.app.marks, house.clock(), WEEK)


def send(house: House, attachment: Attachment, text: str = "look", **fields: object) -> None:
    message = inbound(text, received_at=house.clock(), attachments=(attachment,), **fields)
    house.app.inbox.accept(message)


def said(house: House, attachment: Attachment) -> None:
    send(house, attachment)
    house.work()


def waiting(house: House, attachment: Attachment) -> None:
    send(house, attachment)


def in_an_open_report(house: House, attachment: Attachment) -> None:
    send(house, attachment, "there is a huge pothole at 12 Mill Road")
    house.work()


def of_a_case(house: House, attachment: Attachment) -> None:
    talk = house.talk()
    talk.say("there is a huge pothole at 12 Mill Road")
    while not (number := reported(house)):
        talk.say("1")
    with house.app.database.writing() as session:
        session.add(
            RequestPhotoRow(request_id=number, media_id=attachment.media_id, created_at=house.clock())
        )


def reported(house: House) -> int | None:
    with house.app.database.reading() as session:
        return session.scalar(select(ServiceRequestRow.id))


def behind_a_link(house: House, attachment: Attachment) -> None:
    reply = Reply("Done.", "en", pictures=(Picture(attachment.media_id, "image/jpeg", "Case 7"),))
    with house.app.database.writing() as session:
        house.app.picture_links.new(session, reply)


CLAIMS = [said, waiting, in_an_open_report, of_a_case, behind_a_link]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_a_picture_that_something_names_stays(house, claim):
    picture = uploaded(house)
    claim(house, picture)
    assert [swept(house, days) for days in (8, 1, 30)] == [0, 0, 0]
    assert kept(house, picture)


def test_a_picture_that_nothing_names_goes_after_some_days_and_not_before(house):
    picture = uploaded(house)
    assert swept(house, 6) == 0
    assert kept(house, picture)
    assert swept(house, 2) == 1
    assert not kept(house, picture)


def test_only_the_unclaimed_of_many_go(house):
    pictures = [uploaded(house) for _ in range(6)]
    for picture in pictures[::2]:
        said(house, picture)
    assert swept(house, 8) == 3
    assert [kept(house, picture) for picture in pictures] == [True, False] * 3


def test_what_was_left_half_written_goes(house):
    folder = house.app.media._path_of(uploaded(house).media_id).parent
    old, new = folder / f"{uuid.uuid4().hex}.part", folder / f"{uuid.uuid4().hex}.part"
    for file, days in ((old, 0), (new, 8)):
        file.write_bytes(b"half")
        at = (house.clock() + timedelta(days=days)).timestamp()
        os.utime(file, (at, at))
    swept(house, 8)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_sender_has_so_many_pictures_a_day_and_others_have_theirs(open_house):
    media = (house := open_house(sender_pictures_per_day=2)).app.media
    for _ in range(2):
        media.take(photo(), "web anna")
    with pytest.raises(BadUpload) as refused:
        media.take(photo(), "web anna")
    assert refused.value.trouble is Trouble.NOT_NOW
    assert media.take(photo(), "web ben").size
    house.clock.move(86_400)
    assert media.take(photo(), "web anna").size


def test_when_the_room_is_full_the_words_are_handled_and_the_picture_is_said_to_be_lost(open_house):
    house = open_house(pictures_gb=1e-9)
    uploaded(house)
    house.app.channels["ledger"].files = {"photo": photo()}
    house.app.inbox.accept(
        inbound(
            "there is a huge pothole at 12 Mill Road",
            channel="ledger",
            received_at=house.clock(),
            remote_media=(RemoteMedia("photo", "image/jpeg"),),
        )
    )
    house.work()
    city = [line.reply.text for line in house.app.memory.after("ledger", "anna", 0) if line.sender == "city"]
    lost = house.app.texts.say("unclear.not_now", "en")
    assert city[1].startswith(lost)
    assert "pothole" in city[1].lower()


def test_health_says_that_the_room_is_full_and_that_it_is_soon(open_house):
    room = (house := open_house(pictures_gb=1e-6)).app.picture_room
    assert (room.health().ok, room.health().warning) == (True, False)
    uploaded(house)
    room._most_bytes = int(room.store.held * 1.05)
    assert (room.health().ok, room.health().warning) == (True, True)
    room._most_bytes = room.store.held
    assert (room.health().ok, room.health().needed) == (False, False)


def test_what_is_held_is_known_after_a_restart_and_after_a_sweep(house):
    for _ in range(3):
        uploaded(house)
    held = house.app.media.held
    assert held == sum(path.stat().st_size for path in house.app.media.folder.rglob("*.jpg"))
    house.app.media._held = None
    assert house.app.media.held == held
    swept(house, 8)
    assert house.app.media.held == 0
