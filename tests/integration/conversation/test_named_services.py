"""A first message that is the name of a service begins that report, whatever the NLU makes of it, and when it is down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from city.loading.folder import read_city
from city.records.model import Service
from city.services.catalogue import is_other
from core.errors import NluUnavailable
from core.model import Intent, Understanding
from knowledge.index.fake_embedder import FakeEmbedder
from tests.support.databases import SAMPLE
from tests.support.installation import House
from tests.support.languages import EVERY_LANGUAGE

SERVICES = [service for service in read_city(SAMPLE).services if not is_other(service)]


@dataclass
class StubbornEar:
    """Takes every text for one intent, and is sure of it; for none at all when it has none."""

    intent: str = ""

    def parse(self, text: str) -> Understanding:
        if not self.intent:
            raise NluUnavailable("This ear is deaf.")
        return Understanding(text, (Intent(self.intent, 0.99),))

    def is_up(self) -> bool:
        return bool(self.intent)


@pytest.fixture(scope="module", params=["out_of_scope", "goodbye", ""])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("named"), StubbornEar(request.param), [FakeEmbedder()])
    yield house
    house.close()


def said(house: House, language: str, text: str) -> str:
    return "\n".join(reply.text for reply in house.talk(language).say(text))


@EVERY_LANGUAGE
def test_every_name_begins_its_report(house: House, language: str) -> None:
    def begins(service: Service) -> bool:
        replies = said(house, language, service.name[language].lower())
        return any(name in replies for name in service.name.values())

    assert [service.code for service in SERVICES if not begins(service)] == []


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "street light out", "Streetlight out or damaged"),
        ("en", "POTHOLES", "Pothole or broken road"),
        ("es", "el semaforo", "Problema con un semáforo"),
        ("fr", "nids de poule", "Nid-de-poule ou chaussée abîmée"),
        ("pt", "um buraco", "Buraco ou rua danificada"),
        ("zh", "路灯坏", "路灯不亮或损坏"),
        ("ar", "الحفرة", "حفرة أو طريق مكسور"),
    ],
)
def test_so_does_a_keyword_in_another_form(house: House, language: str, text: str, name: str) -> None:
    assert name in said(house, language, text)


def test_of_a_word_that_two_share_both_are_offered(house: House) -> None:
    (reply, *_) = reversed(house.talk().say("standing water"))
    labels = [choice.label for choice in reply.choices]
    assert {"Blocked storm drain or flooded street", "Mosquitoes or standing water"} <= set(labels)
    assert len(labels) == 3


def test_the_answer_to_an_open_question_is_no_report_of_its_own(house: House) -> None:
    talk = house.talk()
    talk.say("pothole")
    assert "Park problem" not in "\n".join(reply.text for reply in talk.say("Heron Park"))
