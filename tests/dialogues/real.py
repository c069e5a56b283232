"""The written dialogues that go another way with the real models and the sample city's own documents."""

from __future__ import annotations

NOT_HERE = {
    "ask_in_arabic": "Penstock has no page in Arabic; the fake library has one",
    "ask_in_chinese": "Penstock has no page in Chinese; the fake library has one",
    "emergency_in_arabic": "the real models offer a kind of problem where the fake knows none",
    "emergency_in_chinese": "the real models offer a kind of problem where the fake knows none",
    "report_in_arabic": "the real models ask back which kind it is",
    "report_in_chinese": "the real models ask back which kind it is",
    "report_with_several_in_chinese": "the real models ask back which kind it is",
}
"""The dialogues that go another way with the real models, and which."""
