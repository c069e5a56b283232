"""Letters that RapidOCR does not know go to Tesseract, where it is installed."""

import numpy as np
import pytest

from knowledge.readers import tesseract
from knowledge.readers.scan_words import words_of_lines

HEAD = [
    "level",
    "page_num",
    "block_num",
    "par_num",
    "line_num",
    "word_num",
    "left",
    "top",
    "width",
    "height",
    "conf",
    "text",
]
ROWS = [
    ["1", "1", "0", "0", "0", "0", "0", "0", "600", "800", "-1", ""],
    ["5", "1", "1", "1", "1", "1", "400", "100", "80", "30", "93.5", "رسوم"],
    ["5", "1", "1", "1", "1", "2", "300", "104", "90", "24", "90.5", "الكلاب"],
    ["5", "1", "1", "1", "2", "1", "400", "160", "80", "30", "41", "١٢"],
]
TABLE = "\n".join("\t".join(row) for row in [HEAD, *ROWS])


def test_a_table_of_words_is_read_line_by_line():
    first, second = tesseract.read_rows(TABLE)

    assert (first.text, first.sure) == ("رسوم الكلاب", pytest.approx(0.92))
    assert (second.text, second.sure) == ("١٢", pytest.approx(0.41))
    assert [word.left for word in words_of_lines([first], 800, 1)] == [400, 300]


def installed(folder, monkeypatch, *, languages="ara eng osd", script="Arabic"):
    """A program of this name that says what the real one would."""
    program = folder / "tesseract"
    (folder / "table").write_text(TABLE + "\n", encoding="utf-8")
    program.write_text(
        "#!/bin/sh\n"
        f'case "$*" in\n--list-langs) printf "%s\\n" {languages};;\n'
        f'*"--psm 0"*) cat > /dev/null; echo "Script: {script}";;\n'
        f'*"-l ara"*tsv) cat > /dev/null; cat "{folder}/table";;\nesac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


PICTURE = np.full((20, 20, 3), 255, np.uint8)


def test_the_model_for_the_script_of_the_page_reads_it(tmp_path, monkeypatch):
    installed(tmp_path, monkeypatch)

    assert [line.text for line in tesseract.lines_by_tesseract(PICTURE)] == ["رسوم الكلاب", "١٢"]


@pytest.mark.parametrize(
    "lacking", [{"languages": "eng osd"}, {"languages": "ara eng"}, {"script": "Latin"}], ids=str
)
def test_without_a_model_for_it_nothing_is_read(tmp_path, monkeypatch, lacking):
    installed(tmp_path, monkeypatch, **lacking)

    assert tesseract.lines_by_tesseract(PICTURE) == []


def test_where_it_is_not_installed_nothing_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert tesseract.lines_by_tesseract(PICTURE) == []
