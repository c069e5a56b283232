"""Answers that a page opens at a click are read with their questions; what it hides for good is not; whatever turns the meaning stays."""

import pytest

from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.html import parse_html


def passages_of(markup):
    """The passages of a page with this main part, each with the last heading above it."""
    title, text, _ = parse_html(f"<main><h1>Trees</h1>{markup}</main>".encode())
    return [
        (one.headings[-1] if one.headings else "", one.text)
        for one in split_document(Document("d", title, text))
    ]


ASKED = ("Who trims a street tree?", "The forester, every seven years.")
SECOND = ("May I plant one?", "Yes, with a permit for $20.")


@pytest.mark.parametrize(
    "markup",
    [
        "<h3><button>{q}</button></h3><div>{a}</div><h3><button>{q2}</button></h3><div>{a2}</div>",
        (
            "<h3><button aria-expanded=false aria-controls=a>{q}</button></h3><div id=a hidden>{a}</div>"
            "<h3><button aria-expanded=false aria-controls=b>{q2}</button></h3><div id=b hidden>{a2}</div>"
        ),
        (
            "<button aria-expanded=false aria-controls=a>{q}</button><div id=a hidden>{a}</div>"
            "<button aria-expanded=false aria-controls=b>{q2}</button><div id=b hidden>{a2}</div>"
        ),
        "<h3>{q}</h3><div hidden>{a}</div><h3>{q2}</h3><div hidden>{a2}</div>",
        "<h3>{q}</h3><div aria-hidden=true><p>{a}</p></div><h3>{q2}</h3><div aria-hidden=true><p>{a2}</p></div>",
        "<div><h3>{q}</h3></div><div style='display: none'>{a}</div><div><h3>{q2}</h3></div><div style='display:none'>{a2}</div>",
        (
            "<h3><a data-toggle=collapse href=#a>{q}</a></h3><div id=a class=collapse>{a}</div>"
            "<h3><a data-toggle=collapse href=#b>{q2}</a></h3><div id=b class='collapse'>{a2}</div>"
        ),
        (
            "<button data-bs-toggle=collapse data-bs-target=#a>{q}</button><div id=a class='collapse d-none'>{a}</div>"
            "<button data-bs-toggle=collapse data-bs-target=#b>{q2}</button><div id=b class='collapse d-none'>{a2}</div>"
        ),
        "<p><a href=#a>{q}</a></p><div id=a style='display:none'>{a}</div><p><a href=#b>{q2}</a></p><div id=b style='display:none'>{a2}</div>",
        (
            "<div aria-expanded=false role=button>{q}</div><div class=hide>{a}</div>"
            "<div aria-expanded=false role=button>{q2}</div><div class=hide>{a2}</div>"
        ),
        "<details><summary>{q}</summary>{a}</details><details><summary><h3>{q2}</h3></summary>{a2}</details>",
        "<dl><dt><button aria-expanded=false>{q}</button></dt><dd hidden>{a}</dd><dt><button aria-expanded=false>{q2}</button></dt><dd hidden>{a2}</dd></dl>",
        "<div role=heading aria-level=3>{q}</div><div hidden=until-found>{a}</div><div role=heading aria-level=3>{q2}</div><div hidden=until-found>{a2}</div>",
    ],
    ids=[
        "a button in a heading",
        "a heading that controls a panel",
        "a button that controls a panel",
        "headings alone",
        "hidden from screen readers",
        "not displayed",
        "a link that unfolds",
        "a button with a target",
        "a link to what follows",
        "an expandable box",
        "details",
        "terms",
        "headings by role",
    ],
)
def test_an_accordion_is_questions_with_their_answers(markup):
    words = markup.format(q=ASKED[0], a=ASKED[1], q2=SECOND[0], a2=SECOND[1])

    found = passages_of(words)

    said = " ".join(f"{heading} {text}" for heading, text in found)
    assert [said.count(one) for one in (*ASKED, *SECOND)] == [1, 1, 1, 1]
    assert said.index(ASKED[0]) < said.index(ASKED[1]) < said.index(SECOND[0]) < said.index(SECOND[1])
    assert markup.startswith("<dl>") or found == [ASKED, SECOND]


@pytest.mark.parametrize(
    "markup",
    [
        (
            "<div role=tablist><button role=tab aria-controls=a>Homes</button><button role=tab aria-controls=b>Shops</button></div>"
            "<div role=tabpanel id=a>{a}</div><div role=tabpanel id=b hidden>{b}</div>"
        ),
        (
            "<ul role=tablist><li><a role=tab href=#a data-toggle=tab>Homes</a><li><a role=tab href=#b data-toggle=tab>Shops</a></ul>"
            "<div><div role=tabpanel id=a>{a}</div><div role=tabpanel id=b class=d-none>{b}</div></div>"
        ),
        "<ul><li><a href=#a>Homes</a><li><a href=#b>Shops</a></ul><div><div id=a>{a}</div><div id=b style='display:none'>{b}</div></div>",
        "<ul class=tabs><li><a href=#>Homes</a><li><a href=#>Shops</a></ul><div><div>{a}</div><div style='display:none'>{b}</div></div>",
    ],
    ids=["buttons", "links", "places", "in the same order"],
)
def test_words_below_a_tab_have_its_name_above_them(markup):
    words = markup.format(a="<p>Homes pay $5.</p>", b="<p>Shops pay $9.</p>")

    assert passages_of(words) == [("Homes", "Homes pay $5."), ("Shops", "Shops pay $9.")]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>{x}</p>",
        "<p style='display:none'>{x}</p>",
        "<p style='color:red; DISPLAY : none'>{x}</p>",
        "<p style='visibility:hidden'>{x}</p>",
        "<div class=d-none><p>{x}</p></div>",
        "<div class='note is-hidden'><p>{x}</p></div>",
        "<div aria-hidden=true><p>{x}</p></div>",
        "<dialog>{x}</dialog>",
        "<div role=dialog>{x}</div>",
        "<template><p>{x}</p></template>",
        "<button data-bs-toggle=modal data-bs-target=#m></button><div id=m aria-hidden=true>{x}</div>",
        "<p>See <span hidden>{x}</span></p>",
        "<noscript>{x}</noscript>",
    ],
)
def test_what_a_page_hides_for_good_is_not_said(hidden):
    draft = "DRAFT: the fee will be $90."
    found = passages_of(f"<h2>Fees</h2>{hidden.format(x=draft)}<p>The fee is $20.</p><p>Pay at the desk.</p>")

    assert "DRAFT" not in str(found)
    assert "The fee is $20." in found[0][1]
    assert found[0][0] == "Fees"


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p><span class=visually-hidden>Closed on</span> July 4</p>", "Closed on July 4"),
        ("<p><span class=sr-only>Not</span> allowed at night</p>", "Not allowed at night"),
        ("<p>Open <span class='u-visually-hidden'>except Monday</span></p>", "Open except Monday"),
        ("<p><span class='screen-reader-text'>Minus</span> 5 dollars</p>", "Minus 5 dollars"),
        ("<p>$5 <span class='usa-sr-only'>per day</span></p>", "$5 per day"),
        ("<p>9 <span aria-hidden=true>–</span> <span class=sr-only>to</span> 5</p>", "9 to 5"),
        ("<p>Open <span aria-hidden=true>9–5</span></p>", "Open 9–5"),
        ("<p>Free <i class=icon-x aria-hidden=true>close</i></p>", "Free"),
        ("<p>Free <span aria-hidden=true>×</span></p>", "Free"),
        (
            "<p><a href='https://a.example/f'>The form <span class=sr-only>(opens in a new window)</span></a></p>",
            "The form (https://a.example/f)",
        ),
        ("<p><a class=sr-only href=#main>Skip to the words</a></p><p>Free</p>", "Free"),
        ("<p>Fee: <del>$10</del> <ins>$15</ins></p>", "Fee: $15"),
        ("<p>Fee: <s>$10</s> $15</p>", "Fee: $15"),
        ("<p>Fee: <strike>$10</strike> $15</p>", "Fee: $15"),
        ("<p>Fee: <span style='text-decoration: line-through'>$10</span> $15</p>", "Fee: $15"),
        ("<p><ins>No fee in July.</ins></p><del><p>The fee is $10.</p></del>", "No fee in July."),
        ("<dialog open><p>Closed today.</p></dialog>", "Closed today."),
        ("<p class='d-none d-md-block'>Wide words.</p>", "Wide words."),
        ("<div id=x style='visibility: hidden'><p>Shown by a script.</p></div>", "Shown by a script."),
    ],
)
def test_words_that_turn_the_meaning_stay_and_deleted_ones_go(markup, said):
    assert [text for _, text in passages_of(markup)] == [said]
