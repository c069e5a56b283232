"""Every written dialogue, played against the assistant alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dialogue_runner import FOLDER, play
from tests.support.direct_talk import DirectTalk, House, open_house

NEEDS_LIBRARY = frozenset({"ask_which_page_is_meant", "topic_of_a_page"})
"""What only the real library answers, because it is about how near pages are; played at the doors."""
NEEDS_LANGUAGES = frozenset({"language_in_doubt_asked_once"})
"""What begins before the assistant, where the language of a text is told; played at the doors."""
FILES = sorted(file for file in FOLDER.glob("*.txt") if file.stem not in NEEDS_LIBRARY | NEEDS_LANGUAGES)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_city_answers_as_written(file: Path, house: House) -> None:
    play(file, lambda language, channel: DirectTalk(house, language, channel))
