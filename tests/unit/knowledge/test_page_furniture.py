"""What stands on the pages of cities around their words goes by what it is made of, whatever it is called; words stay."""

import time

import pytest

from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.html import parse_html

WORDS = "A kennel licence costs $40."


def said_by(page):
    """All that residents can be told from a page."""
    title, text, _ = parse_html(page if isinstance(page, bytes) else page.encode())
    return "\n".join(one.text for one in split_document(Document("d", title, text)))


@pytest.mark.parametrize(
    "furniture",
    [
        "<div class=feedback><p>Was this page helpful?</p><button>Yes</button><button>No</button></div>",
        "<section><h2>Did you find what you were looking for?</h2><a href=#>Yes</a> <a href=#>No</a></section>",
        "<form><fieldset><legend>¿Le resultó útil esta página?</legend><input type=radio><label>Sí</label><input type=radio><label>No</label></fieldset></form>",
        "<p>Last updated: 2026-03-01</p>",
        "<p>This page was last updated on March 1, 2026</p>".replace("This page was last", "Last"),
        "<p><em>Page last reviewed <time datetime=2026-03-01>1 March 2026</time></em></p>",
        "<div>Última actualización: 1 de marzo de 2026</div>",
        "<div>Mis à jour le 1er mars 2026</div>",
        "<p><a href=#top>Back to top</a></p>",
        "<div><a href='mailto:?subject=x'>Email</a> <a href='https://s.example/share?u=https://c.example/k'>Post</a></div>",
        "<ul><li><a href='https://s.example/sharer?u=https%3A%2F%2Fc.example'>S</a><li><a href='https://t.example/intent?url=https://c.example'>T</a></ul>",
        "<div class=share-this>Share on X</div>",
        "<div class='SocialIcons'><a href='https://s.example/city'>S</a><a href='https://t.example/city'>T</a></div>",
        "<div class=cookie-banner><p>We use cookies to improve this site.</p><button>Accept</button></div>",
        "<div id=cookieConsent>We use cookies. By staying you agree.</div>",
        "<nav class=pager><a href='?page=2'>2</a></nav>",
        "<ul class=side-menu><li><a href=/a>Parks</a><li><a href=/b>Pets</a></ul>",
        "<div role=search><label for=q>Search</label><input id=q></div>",
        "<aside><h2>Related pages</h2><ul><li><a href=/a>Cats</a><li><a href=/b>Birds</a></ul></aside>",
        "<ul><li><a href=#a>Costs</a><li><a href=#b>Forms</a></ul>",
    ],
)
def test_furniture_at_the_end_of_an_answer_is_left_out(furniture):
    assert said_by(f"<main><h1>Kennels</h1><p>{WORDS}</p>{furniture}</main>") == WORDS


@pytest.mark.parametrize(
    "around",
    [
        "<div><ul><li><a href=/>Home</a><li><a href=/pets>Pets</a><li>Kennels</ul></div>",
        "<p class=crumbs><a href=/>Home</a> &gt; <a href=/pets>Pets</a> &gt; Kennels</p>",
        "<div><a href='https://c.example/'>City of C</a> / <a href=/pets>Pets</a></div>",
        "<div id=top-nav><ul><li><a href=/a>Live</a><li><a href=/b>Work</a></ul></div>",
        "<ul><li><a href=/a>Live</a><li><a href=/b>Work</a><li><a href=/c>Visit</a></ul>",
        "<a href=#content class=skip-link>Skip to content</a>",
        "<div><a href=#content>Skip to content</a></div>",
        "<div role=banner><a href=/>City of C</a></div>",
        "<div class=alert-bar hidden>Test</div>",
        "<div class=topnav><a href=/a>Live</a> <a href=/b>Work</a></div>",
    ],
)
@pytest.mark.parametrize("footer", ["", "<div id=footer><p>City Hall, 1 Main Street. All rights.</p></div>"])
def test_menus_and_paths_around_a_page_without_a_main_part_are_left_out(around, footer):
    page = f"<body>{around}<div id=content><h1>Kennels</h1><p>{WORDS}</p></div>{footer}</body>"

    assert said_by(page) == WORDS


@pytest.mark.parametrize(
    "markup",
    [
        "<section class=social-services><h2>Food</h2><p>{w}</p></section>",
        "<section id=bike-share><h2>Bike share</h2><p>{w}</p></section>",
        "<div id=social-distancing><p>{w}</p></div>",
        "<div class='row shared-content'><p>{w}</p></div>",
        "<div class=cookie-cutter>{w}</div>",
        "<aside><h2>Office</h2><p>{w}</p></aside>",
        "<div class=menu><p>{w}</p></div>",
        "<header><p>{w}</p></header>",
        "<article><footer><p>{w}</p></footer></article>",
        "<form><fieldset><legend>Who</legend><p>{w}</p></fieldset><input type=submit></form>",
        "<div class=feedback><p>{w}</p><button>Pay</button></div>",
        "<p>{w} <button>Apply</button></p>",
        "<div class=newsletter-archive><h2>News</h2><p>{w}</p></div>",
        "<table class=search-list><tr class=search-header><th><a href='javascript:sort()'>{w}</a></table>",
        "<div class=card-footer><p>{w}</p></div>",
        "<div class=print-area><p>{w}</p></div>",
        "<details class=share-costs><summary>Costs</summary>{w}</details>",
        "<p>Is it dear?</p><p>{w}</p>",
        "<div class=toc-like><p>{w} <a href=#x>More</a></p></div>",
        "<label><input type=checkbox></label><p>{w}</p>",
    ],
)
def test_words_stay_whatever_their_box_is_called(markup):
    assert WORDS in said_by(f"<main><h1>Kennels</h1>{markup.format(w=WORDS)}</main>")


@pytest.mark.parametrize(
    "page",
    [
        "<main></main><div><p>{w}</p></div>",
        "<main id=app></main><div id=content><h1>Kennels</h1><p>{w}</p></div>",
        "<main><h1>Kennels</h1></main><div><p>{w}</p></div>",
        "<main><noscript>Turn on scripts.</noscript></main><section><p>{w}</p></section>",
        "<main><ul class=menu><li><a href=/a>Live</a></ul></main><div><p>{w}</p></div>",
        "<div role=main></div><div><p>{w}</p></div>",
        "<main></main><main><p>{w}</p></main>",
        "<article></article><div><p>{w}</p></div>",
        "<article><h2>News</h2><p>Fair.</p></article><div><p>{w} The clerk has the form, and a vet signs it.</p></div>",
        "<main><div hidden>Loading</div></main><div><p>{w}</p></div>",
    ],
)
def test_words_outside_an_empty_main_part_are_found(page):
    assert WORDS in said_by(f"<body>{page.format(w=WORDS)}</body>")


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("<p>Last updated: 2026-03-01</p>", "2026-03-01"),
        ("<p>Updated <time datetime='2026-03-01T10:00'>March 1, 2026</time></p>", "2026-03-01"),
        ("<p>Last updated: 3/1/2026</p>", ""),
        ("<p>The fee was updated in 2026 by the council, see below for what it is now.</p>", ""),
    ],
)
def test_the_day_of_the_last_change_is_read_off_the_page_where_it_is_plain(stamp, day):
    _, _, values = parse_html(f"<main><h1>Kennels</h1><p>{WORDS}</p>{stamp}</main>".encode())

    assert values.get("reviewed", "") == day


def test_a_title_above_the_main_part_is_the_title():
    title, _, _ = parse_html(
        f"<title>Kennels - City</title><body><header><h1>Kennels</h1></header><main><p>{WORDS}</p></main>".encode()
    )

    assert title == "Kennels"


TEXTS = {
    "cp1251": "Вывоз мусора каждый вторник в семь утра",
    "koi8-r": "Вывоз мусора каждый вторник в семь утра",
    "gb18030": "垃圾收集时间为每周二早上七点，请将垃圾桶放在路边",
    "big5": "星期二早上七點收垃圾，請將垃圾桶放在路邊",
    "cp1256": "يتم جمع القمامة يوم الثلاثاء في السابعة صباحا",
    "cp949": "쓰레기는 화요일 아침 일곱시에 수거합니다",
    "cp932": "ごみは火曜日の朝七時に収集します",
    "cp1253": "Τα σκουπίδια συλλέγονται την Τρίτη το πρωί",
    "cp1252": "La collecte a lieu à sept heures, même l’été: 5 €",
    "utf-16-le": "Collection is on Tuesday at seven",
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("stated", ["", "<meta charset=utf-8>", "<meta charset=nonsense>"])
def test_a_page_without_its_charset_or_with_the_wrong_one_is_read(encoding, stated):
    page = f"<html><head>{stated}</head><body><p>{TEXTS[encoding]}</p></body></html>"

    assert said_by(page.encode(encoding)) == TEXTS[encoding]


@pytest.mark.parametrize(
    ("stated", "encoding"),
    [
        ("iso-8859-1", "utf-8"),
        ("windows-1252", "utf-8"),
        ("gb2312", "gb18030"),
        ("big5", "big5"),
        ("shift_jis", "cp932"),
    ],
)
def test_bytes_say_more_than_the_charset_that_is_stated(stated, encoding):
    text = {"big5": TEXTS["big5"], "cp932": TEXTS["cp932"]}.get(encoding, TEXTS["gb18030"])

    assert said_by(f"<meta charset={stated}><p>{text}</p>".encode(encoding)) == text


@pytest.mark.parametrize(
    "page",
    [
        "<main><p>" + "<span aria-hidden=true>word</span> " * 20_000 + "</p></main>",
        "<form>"
        + "".join(f"<label for=f{n}>Name</label><input id=f{n}>" for n in range(20_000))
        + "<p>Words.</form>",
        "<main>" + "<div class=share><p>It costs $5.</p></div>" * 20_000 + "</main>",
        "<ul>" + "<li><a href=#a>One</a>" * 20_000 + "</ul><p>Words.",
        "<main>" + "<h3>Fees</h3><div hidden>It costs $5.</div>" * 10_000 + "</main>",
    ],
    ids=["hidden words", "labels", "boxes", "a list of places", "an accordion"],
)
def test_a_page_of_very_many_pieces_is_read_in_reasonable_time(page):
    started = time.process_time()

    parse_html(page.encode())

    assert time.process_time() - started < 10
