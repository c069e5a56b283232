"""A house with the sample city, made once for all tests of the actions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.direct_talk import DirectTalk, House, open_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def talk(house: House) -> DirectTalk:
    """Somebody who has already been greeted, so that replies have no introduction."""
    talk = DirectTalk(house)
    talk.first = False
    return talk
