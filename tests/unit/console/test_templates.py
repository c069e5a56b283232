"""What a template asks of the visit is there: a name that was changed breaks a page only when somebody opens it."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from console.shared.pages import HERE
from console.shared.request_context import RequestContext, Staff
from console.shared.services import ConsoleServices

TEMPLATES = {
    file.relative_to(HERE / "templates").as_posix(): file
    for file in sorted((HERE / "templates").rglob("*.html"))
}
VISIT = {field.name for field in fields(RequestContext)} | {"may", "is_live", "sees", "say", "path"}
PARTS = {"staff": Staff, "console": ConsoleServices}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_asks_the_visit_for_what_it_has(name):
    asked = re.findall(r"\bvisit\.(\w+)(?:\.(\w+))?", TEMPLATES[name].read_text("utf-8"))
    assert {first for first, _ in asked} <= VISIT
    for first, second in asked:
        if second and first in PARTS:
            assert second in {field.name for field in fields(PARTS[first])}
