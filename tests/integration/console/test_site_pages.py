"""The pages about the city's websites: entered, read now, decided on; and who may what."""

from __future__ import annotations

import pytest

from knowledge.imports.fetching import Fetcher
from tests.support.city_site import open_site, page
from tests.support.console import ConsoleHouse

POOL = page("Pool", "The pool is heated to 26 degrees.")
GLASS = page("Glass", "Glass goes into the green container on Elm Street.")


@pytest.fixture
def house(tmp_path):
    house = ConsoleHouse(tmp_path)
    house.app.jobs.fetcher = Fetcher((), is_allowed=lambda _: True, seconds=5)
    yield house
    house.close()


@pytest.fixture
def site():
    with open_site(pool=POOL, glass=GLASS) as site:
        site.pages["/sitemap.xml"] = site.map_of("/pool", "/glass", "/nothing")
        yield site


def work(house):
    """Do what waits in the background, letting the time of each pause pass."""
    queue = house.app.jobs.queue
    while queue.counts().get("waiting"):
        for claim in queue.claim(1):
            house.app.jobs.work(claim)
        house.clock.move(1)
    house.app.library.reload_if_changed()


def enter(administrator, address, **fields):
    return administrator.get("/knowledge/sites/new").submit("form#site", address=address, **fields)


def answer(house, question="How warm is the pool heated?"):
    found = house.app.library.ask(question, "en").found
    return found[0].passage.text if found else ""


def test_a_site_is_entered_read_and_its_pages_published(house, site):
    administrator = house.sign_in("administrator", name="Ana")
    page = enter(administrator, site.url)
    assert "It is being read: 0 of 1" in page.main
    work(house)

    page = house.sign_in("editor").get(page.path)
    assert "New: 2. Changed: 0. Gone: 0. Not read: 1." in page.main
    assert "The website answered 404" in page.main
    assert "Pages answered from, by language 0" in " ".join(page.main.split())
    numbers = [box["value"] for box in page.soup.select("form#fresh tbody input[name=numbers]")]
    assert len(numbers) == 2
    page = page.submit("form#fresh", numbers=numbers, then="publish")
    work(house)

    assert "Published: 2" in page.said
    assert "26 degrees" in answer(house)
    page = house.sign_in("viewer").get(page.path)
    assert "Nothing waits for you here" in page.main
    assert "Pages answered from, by language English: 2" in " ".join(page.main.split())


def test_a_changed_page_is_compared_and_left_as_it_was(house, site):
    page = enter(house.sign_in("administrator"), site.url, publishes="yes")
    work(house)
    house.sign_in("administrator").get(f"{page.path}/edit").submit("form#site", publishes=None)
    site.pages["/pool"] = POOL.replace("26", "28")
    editor = house.sign_in("editor", name="Ben")
    editor.get(page.path).submit("form#read")
    work(house)

    page = editor.get(page.path)
    assert "26" in page.follow("What changed").soup.select_one(".difference del").get_text()
    (number,) = [box["value"] for box in page.soup.select("form#fresh tbody input[name=numbers]")]
    page = page.submit("form#fresh", numbers=number, then="leave")
    work(house)

    assert "Done: 1" in page.said
    assert "26 degrees" in answer(house)
    assert "Nothing waits" in editor.get(page.path).main


@pytest.mark.parametrize(("then", "answers"), [("withdraw", False), ("keep", True)])
def test_a_gone_page_is_withdrawn_or_kept(house, site, then, answers):
    page = enter(house.sign_in("administrator"), site.url, publishes="yes")
    work(house)
    house.sign_in("administrator").get(f"{page.path}/edit").submit("form#site", publishes=None)
    del site.pages["/pool"]
    editor = house.sign_in("editor")
    for _ in range(2):
        editor.get(page.path).submit("form#read")
        work(house)

    page = editor.get(page.path)
    assert "Pages that are gone" in page.main
    (number,) = [box["value"] for box in page.soup.select("form#gone tbody input[name=numbers]")]
    page.submit("form#gone", numbers=number, then=then)
    work(house)

    assert ("26 degrees" in answer(house)) is answers
    assert "Nothing waits" in editor.get(page.path).main


def test_what_is_wrong_with_a_site_is_said_at_its_field(house, site):
    administrator = house.sign_in("administrator")
    assert (
        "It begins with https://"
        in enter(administrator, "nowhere").soup.select_one("#address-error").get_text()
    )
    assert enter(administrator, site.url, hosts="not a host!").soup.select_one("#hosts-error")
    assert enter(administrator, site.url, most_pages="99999").soup.select_one("#most_pages-error")
    enter(administrator, site.url)
    assert "already" in enter(administrator, site.url).soup.select_one("#address-error").get_text()


def test_hosts_of_the_setting_limit_what_administrators_enter(tmp_path):
    house = ConsoleHouse(tmp_path, fetch_hosts=("city.example",))
    administrator = house.sign_in("administrator")

    page = enter(administrator, "https://other.example/")
    assert page.status == 422
    assert "has not allowed" in page.soup.select_one("#address-error").get_text()
    assert "allows these websites only: city.example" in page.main
    assert enter(administrator, "https://city.example/").status == 200
    house.close()


def test_pages_of_an_entered_site_may_be_fetched_one_by_one_too(house, site):
    assert "No website may be fetched yet" in house.sign_in("editor").get("/knowledge/address").main
    enter(house.sign_in("administrator"), site.url)

    page = house.sign_in("editor").get("/knowledge/address").submit("form#address", url=f"{site.url}/pool")
    work(house)

    assert "new: 1" in house.sign_in("editor").get(page.path).main or "unchanged: 1" in page.main


def test_editors_read_a_site_and_enter_none_and_viewers_only_look(house, site):
    page = enter(house.sign_in("administrator"), site.url)
    work(house)
    editor, viewer = house.sign_in("editor"), house.sign_in("viewer")

    assert editor.get("/knowledge/sites/new").status == 403
    assert editor.get(page.path).soup.select_one("form#read")
    assert viewer.get(page.path).soup.select_one("form#read, form#fresh .buttons") is None


def test_a_forgotten_site_is_read_no_more_and_leaves_its_documents(house, site):
    administrator = house.sign_in("administrator")
    page = enter(administrator, site.url, publishes="yes")
    work(house)

    page = administrator.get(f"{page.path}/edit").submit("form#forget")
    site.fetched()
    house.clock.move(86_400)
    house.app.jobs.sites.begin_due()
    work(house)

    assert "No website is read yet" in page.main
    assert site.fetched() == []
    assert "26 degrees" in answer(house)


def test_a_reading_is_stopped_from_its_page(house, site):
    administrator = house.sign_in("administrator")
    page = enter(administrator, site.url)

    page = page.submit("form#stop")
    work(house)

    assert "Stopped." in page.said
    assert "/pool" not in site.asked
