"""The written dialogues in which staff act: news of a case, and the question whether it is really fixed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from actions.handlers.case_news import News, tell_reporters
from city.records.model import NewRequest, PlaceMatch
from city.requests.casework import Act, CaseWorker, set_status
from city.requests.requests import file_request, find_row
from conversation.delivery.notices import send_notices
from conversation.store.tables import Conversation
from core.model import Reply
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.dialogue_runner import FOLDER, play
from tests.support.installation import HallTalk, House

FILES = sorted((FOLDER / "followup").glob("*.txt"))
ANA = CaseWorker("staff-ana", "Ana")


class ReporterTalk(HallTalk):
    """Somebody who has reported a pothole; `staff` is what happens to it at city hall."""

    def __init__(self, house: House, language: str, channel: str) -> None:
        super().__init__(house, language, channel)
        self.say("hola" if language == "es" else "hello")
        app = house.app
        with app.database.writing() as session:
            key = app.memory.lane(channel, self.sender)
            whose = session.scalars(select(Conversation).where(Conversation.sender_key == key)).one()
            place = PlaceMatch("12 Mill Road", None, "address")
            new = NewRequest("pothole", whose.person_id, channel, language, self.sender, "a hole", place)
            self.number = file_request(session, new, house.clock()).number
            self.conversation_id, self.person_id = whose.id, whose.person_id

    def staff(self, told: str) -> list[Reply]:
        """`fixed Filled this morning.` sets a status with its reason; `asks again` asks those who wanted to look later."""
        status, _, reason = told.partition(" ")
        if told == "asks again":
            return self._next_round()
        services, now = self.house.app.services, self.house.clock()
        desk = services.assistant.context
        with services.database.writing() as session:
            row = find_row(session, self.number)
            assert row is not None
            set_status(session, row, Act(ANA, now, reason), status)
            send_notices(services, session, tell_reporters(desk, session, row, News(status, reason)))
        return self.replies()

    def _next_round(self) -> list[Reply]:
        """What the installation does every few minutes."""
        rounds = self.house.app.rounds._due
        next(task for task in rounds if task.name == "case_followup").do()
        return self.replies()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house") / "var", WordNluClient(), [FakeEmbedder()])
    yield house
    house.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_city_follows_up_as_written(file: Path, house: House) -> None:
    play(file, lambda language, channel: ReporterTalk(house, language, channel))
