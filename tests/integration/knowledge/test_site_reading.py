"""The city's site read again and again by background jobs, from a real server on loopback."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.failures import read_failure
from core.loopback import LoopbackAnswer
from core.tables import QueueItem
from knowledge.documents.documents import content_of, row_of, save_version
from knowledge.documents.tables import DocumentRow, ImportItemRow, ImportRow
from knowledge.imports.batches import stop_import
from knowledge.imports.fetching import Fetcher
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.publishing import withdraw_from_library
from knowledge.site_changes import count_waiting, keep_gone, set_aside, waiting_changes, withdraw_gone
from knowledge.sites.sites import SiteWishes, change_site, enter_site
from knowledge.sites.tables import SiteRow
from nlu.fake import WordNluClient
from tests.support import document_files as files
from tests.support.city_site import open_site, page
from tests.support.installation import House

POOL = page("Pool", "The pool is heated to 26 degrees.")
GLASS = page("Glass", "Glass goes into the green container on Elm Street.")


class SiteHouse(House):
    """An installation that may fetch from this machine and reads one site."""

    def __init__(self, folder, **settings):
        super().__init__(folder, WordNluClient(), [FakeEmbedder()], **settings)
        self.app.jobs.fetcher = Fetcher((), is_allowed=lambda _: True, seconds=5)
        self.site_id = 0

    def enter(self, address, **wishes):
        with self.app.database.writing() as session:
            self.site_id = enter_site(session, SiteWishes(address, **wishes), by="Ana", now=self.clock()).id

    def change(self, address, **wishes):
        with self.app.database.writing() as session:
            change_site(session, session.get_one(SiteRow, self.site_id), SiteWishes(address, **wishes))

    def read(self, most=10_000):
        """Read the site as a worker would; the fate of each page, by path."""
        self.clock.move(3600)
        with self.app.database.writing() as session:
            number = self.app.jobs.sites.begin(session, session.get_one(SiteRow, self.site_id), "Ana")
        self.work(most)
        self.app.library.reload_if_changed()
        return self.fates(number)

    def work(self, most=10_000):
        """Do what waits in the background, letting the time of each pause pass."""
        queue = self.app.jobs.queue
        while most and queue.counts().get("waiting"):
            claims = queue.claim(1)
            if not claims:
                self.clock.move(1)
                continue
            self.app.jobs.work(claims[0])
            most -= 1

    def items(self, number):
        with self.app.database.reading() as session:
            return list(session.scalars(select(ImportItemRow).where(ImportItemRow.import_id == number)))

    def fates(self, number):
        pages = [item for item in self.items(number) if item.source.startswith(("page:", "link:"))]
        return {item.name.split("/", 3)[3]: item.fate for item in pages}

    def whys(self):
        """Why pages were not read, by path."""
        return {
            item.name.split("/", 3)[3]: str(read_failure(item.failure, item.reason) or "")
            for item in self.items(self.site().run_id)
        }

    def site(self):
        with self.app.database.reading() as session:
            return session.get_one(SiteRow, self.site_id)

    def run(self):
        with self.app.database.reading() as session:
            return session.get_one(ImportRow, self.site().run_id)

    def waiting(self):
        with self.app.database.reading() as session:
            found = waiting_changes(session, session.get_one(SiteRow, self.site_id))
            return [(one.kind, one.document.title) for one in found]

    def documents(self):
        with self.app.database.reading() as session:
            return {
                row.title: row.id
                for row in session.scalars(select(DocumentRow))
                if row.origin.startswith("http")
            }

    def state(self, title):
        with self.app.database.reading() as session:
            row = row_of(session, self.documents()[title])
            return row.state, row.version, row.published_version

    def answer(self, question):
        found = self.app.library.ask(question, "en").found
        return found[0].passage.text if found else ""


@pytest.fixture
def house(tmp_path):
    house = SiteHouse(tmp_path)
    yield house
    house.close()


@pytest.fixture
def site():
    with open_site(pool=POOL, glass=GLASS) as site:
        site.pages["/sitemap.xml"] = site.map_of("/pool", "/glass")
        yield site


def test_pages_of_the_sitemap_wait_for_a_yes_with_a_link_to_where_they_are(house, site):
    house.enter(site.url)

    assert house.read() == {"pool": "added", "glass": "added"}

    assert house.waiting() == [("new", "Glass"), ("new", "Pool")]
    assert house.run().state == "done"
    with house.app.database.reading() as session:
        content = content_of(session, house.documents()["Pool"])
    assert (content.url, content.language) == (f"{site.url}/pool", "en")


def test_where_staff_want_it_so_changes_are_published_at_once(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    assert "26 degrees" in house.answer("How warm is the pool heated?")

    site.pages["/pool"] = POOL.replace("26", "28")
    assert house.read() == {"pool": "replaced", "glass": "unchanged"}

    assert "28 degrees" in house.answer("How warm is the pool heated?")
    assert house.state("Pool") == ("published", 2, 2)
    assert house.waiting() == []


def test_what_did_not_change_is_asked_for_in_few_bytes_and_indexed_no_more(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    version = house.app.library.version
    site.sent_again.clear()

    assert house.read() == {"pool": "unchanged", "glass": "unchanged"}

    assert [path for path in site.sent_again if path in {"/pool", "/glass"}] == []
    assert house.app.library.version == version


def test_new_bytes_with_the_same_words_are_no_change(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    version = house.app.library.version
    site.pages["/pool"] = POOL.replace("<body>", "<body data-token=18273>")

    assert house.read()["pool"] == "unchanged"
    assert (house.app.library.version, house.state("Pool")[1]) == (version, 1)


def test_a_page_that_is_gone_twice_in_a_row_is_withdrawn(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    del site.pages["/pool"]

    assert house.read()["pool"] == "unreadable"
    assert "26 degrees" in house.answer("How warm is the pool heated?")
    assert house.read()["pool"] == "vanished"

    assert "26 degrees" not in house.answer("How warm is the pool heated?")
    assert house.state("Pool")[0] == "withdrawn"


def test_a_page_that_left_the_sitemap_is_asked_for_all_the_same(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    site.pages["/sitemap.xml"] = site.map_of("/glass")

    assert house.read() == {"glass": "unchanged", "pool": "unchanged"}


def test_a_page_that_comes_back_answers_again(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    del site.pages["/pool"]
    house.read()
    house.read()
    site.pages["/pool"] = POOL

    house.read()

    assert house.state("Pool")[0] == "published"
    assert "26 degrees" in house.answer("How warm is the pool heated?")


def test_a_site_that_is_down_withdraws_nothing_and_says_so(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    site.is_down = True

    for _ in range(3):
        house.read()

    assert house.state("Pool")[0] == "published"
    assert house.run().state == "stopped"
    assert house.site().trouble["code"] == "site_down"
    assert "26 degrees" in house.answer("How warm is the pool heated?")


def test_many_pages_gone_at_once_wait_for_somebody(house, site):
    paths = [f"/p{at}" for at in range(12)]
    site.pages |= {path: page(f"Page {path[1:]}", f"Words of {path[1:]}.") for path in paths}
    site.pages["/sitemap.xml"] = site.map_of(*paths)
    house.enter(site.url, publishes=True)
    house.read()
    for path in paths:
        del site.pages[path]

    house.read()
    house.read()

    assert house.site().trouble["code"] == "site_emptied"
    assert len(house.waiting()) == 12
    assert house.state("Page p1")[0] == "published"


def test_a_page_that_is_busy_is_tried_again_after_the_time_that_it_asks_for(house, site):
    house.enter(site.url)
    site.answers["/pool"] = LoopbackAnswer(503, b"", {"retry-after": "90"})
    with house.app.database.writing() as session:
        house.app.jobs.sites.begin(session, session.get_one(SiteRow, house.site_id), "Ana")
    while "/pool" not in site.asked:
        house.work(most=1)
    began = house.clock()
    del site.answers["/pool"]

    house.work()

    assert house.fates(house.site().run_id)["pool"] == "added"
    assert house.clock() - began >= timedelta(seconds=90)


def test_without_a_sitemap_pages_are_found_by_their_links(house, site):
    del site.pages["/sitemap.xml"]
    site.pages["/"] = page("Welcome", "Welcome to town.", links=("/pool", "glass#top", "mailto:a@b.example"))
    site.pages["/pool"] = page("Pool", "Warm.", links=("/deep", "/fees.docx", "https://elsewhere.example/x"))
    site.pages["/deep"] = page("Deep", "The deep end is four metres.", links=("/",))
    site.pages["/fees.docx"] = files.word_document()
    house.enter(site.url)

    found = house.read()

    assert found == {"": "added", "pool": "added", "glass": "added", "fees.docx": "added", "deep": "added"}


def test_files_are_read_where_pages_of_the_sitemap_link_them(house, site):
    site.pages["/pool"] = page("Pool", "Warm.", links=("/fees.docx", "/other"))
    site.pages["/fees.docx"] = files.word_document()
    house.enter(site.url)

    assert house.read() == {"pool": "added", "glass": "added", "fees.docx": "added"}


def test_a_sitemap_of_packed_sitemaps_that_robots_names_is_read(house, site):
    site.pages["/robots.txt"] = (
        f"User-agent: *\nDisallow: /private\nSitemap: {site.url}/maps/sitemap-index.xml\n"
    )
    site.pages["/maps/sitemap-index.xml"] = site.index_of("/maps/sitemap-1.xml.gz")
    site.pages["/maps/sitemap-1.xml.gz"] = site.map_of("/pool", "/private/a", packed=True)
    site.pages["/private/a"] = GLASS
    house.enter(site.url)

    assert house.read() == {"pool": "added", "private/a": "unreadable"}
    assert "robots.txt" in house.whys()["private/a"]
    assert "/private/a" not in site.fetched()


def test_between_two_requests_is_the_pause_that_the_site_asks_for(house, site):
    site.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 20\n"
    house.enter(site.url)
    began = house.clock()

    house.read()

    assert house.clock() - began - timedelta(hours=1) >= timedelta(seconds=60)
    assert all(agent.startswith("Cityline") for agent in site.agents)


def test_what_staff_leave_out_is_not_asked_for_and_goes_where_it_was_read(house, site):
    site.pages["/sitemap.xml"] = site.map_of("/pool", "/glass", "/calendar/1", "/pool?print=1")
    house.enter(site.url, publishes=True, leave_out=("/calendar/", "?print="))
    assert house.read() == {"pool": "added", "glass": "added"}

    house.change(site.url, publishes=True, leave_out=("/pool",))
    site.fetched()
    assert house.read()["pool"] == "vanished"

    assert "/pool" not in site.fetched()
    assert house.state("Pool")[0] == "withdrawn"


def test_two_addresses_of_one_page_are_read_once(house, site):
    site.pages["/sitemap.xml"] = site.map_of("/pool", "/pool?utm_source=mail", "/copy", "/print", "/moved")
    site.pages["/copy"] = POOL
    site.pages["/print"] = page("Pool, printed", "Other words.", head='<link rel="canonical" href="/pool">')
    site.answers["/moved"] = LoopbackAnswer(301, b"", {"location": "/pool"})
    house.enter(site.url)

    assert house.read() == {"pool": "added", "copy": "same", "print": "same", "moved": "same"}
    assert list(house.documents()) == ["Pool"]


def test_a_page_that_asks_not_to_be_listed_is_left_out_and_says_so(house, site):
    site.pages["/pool"] = page(
        "Pool", "Warm.", head='<meta name="robots" content="noindex">', links=("/fees.docx",)
    )
    site.pages["/fees.docx"] = files.word_document()
    house.enter(site.url)

    assert house.read() == {"pool": "unreadable", "glass": "added", "fees.docx": "added"}
    assert "search engines" in house.whys()["pool"]


def test_what_staff_wrote_is_not_published_over(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    number = house.documents()["Pool"]
    with house.app.database.writing() as session:
        content = content_of(session, number)
        save_version(session, number, replace(content, text="Staff's words."), by="Ana", now=house.clock())

    house.read()
    assert house.state("Pool")[1:] == (2, 1)
    site.pages["/pool"] = POOL.replace("26", "28")
    house.read()

    assert house.state("Pool")[1:] == (2, 1)
    assert ("changed", "Pool") in house.waiting()


def test_changes_are_set_aside_and_gone_pages_kept_by_a_colleague(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    house.change(site.url, publishes=False)
    site.pages["/pool"] = POOL.replace("26", "28")
    del site.pages["/glass"]
    house.read()
    house.read()
    assert house.waiting() == [("gone", "Glass"), ("changed", "Pool")]

    with house.app.database.writing() as session:
        row = session.get_one(SiteRow, house.site_id)
        set_aside(session, [house.documents()["Pool"]], by="Ana", now=house.clock())
        keep_gone(session, row, [house.documents()["Glass"]])
    house.read()

    assert house.waiting() == []
    assert house.state("Glass")[0] == "published"
    with house.app.database.reading() as session:
        assert "26 degrees" in content_of(session, house.documents()["Pool"]).text


def test_gone_pages_are_withdrawn_by_a_colleague(house, site):
    house.enter(site.url, publishes=True)
    house.read()
    house.change(site.url)
    del site.pages["/glass"]
    house.read()
    house.read()

    with house.app.database.writing() as session:
        row = session.get_one(SiteRow, house.site_id)
        withdraw_gone(session, row, [house.documents()["Glass"]], by="Ana", now=house.clock())

    assert (house.waiting(), house.state("Glass")[0]) == ([], "withdrawn")


def test_one_reading_at_a_time_and_none_beside_it(house, site):
    house.enter(site.url)
    jobs = house.app.jobs
    with house.app.database.writing() as session:
        row = session.get_one(SiteRow, house.site_id)
        first, second = jobs.sites.begin(session, row, "Ana"), jobs.sites.begin(session, row, "Ben")
    assert first
    assert second is None

    house.work()
    assert house.run().state == "done"


def test_it_is_read_at_its_hour_in_the_city_and_only_once(house, site):
    house.enter(site.url, hour=3)
    house.app.jobs.sites.begin_due()
    assert house.site().run_id is None

    house.clock.move(24 * 3600)
    house.app.jobs.sites.begin_due()
    first = house.site().run_id
    house.work()
    house.app.jobs.sites.begin_due()

    assert first
    assert house.site().run_id == first
    assert house.run().started_by == "site"


def test_a_reading_that_is_cut_goes_on_where_it_was(house, site):
    house.enter(site.url)
    house.clock.move(3600)
    with house.app.database.writing() as session:
        house.app.jobs.sites.begin(session, session.get_one(SiteRow, house.site_id), "Ana")
    house.work(most=3)
    lost = house.app.jobs.queue.claim(1) or (house.clock.move(2), house.app.jobs.queue.claim(1))[1]
    assert lost
    house.clock.move(300)

    house.work()

    assert house.fates(house.site().run_id) == {"pool": "added", "glass": "added"}
    assert len(house.documents()) == 2


def test_a_stopped_reading_asks_no_more(house, site):
    house.enter(site.url)
    with house.app.database.writing() as session:
        number = house.app.jobs.sites.begin(session, session.get_one(SiteRow, house.site_id), "Ana")
    house.work(most=2)
    with house.app.database.writing() as session:
        stop_import(session, number, house.clock())
    site.fetched()

    house.work()

    assert site.fetched() == []
    assert house.run().state == "stopped"


def test_of_several_processes_that_begin_at_once_one_does(tmp_path, database_url, site):
    house = SiteHouse(tmp_path, database_url=database_url)
    house.enter(site.url)
    together, begun = threading.Barrier(4), []

    def begin():
        together.wait()
        with house.app.database.writing() as session:
            begun.append(house.app.jobs.sites.begin(session, session.get_one(SiteRow, house.site_id), "Ana"))

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.work()

    assert len([number for number in begun if number is not None]) == 1
    assert house.fates(house.site().run_id) == {"pool": "added", "glass": "added"}
    house.close()


def test_a_file_that_cannot_be_read_is_fetched_once_and_named_each_time(house, site):
    site.pages["/sitemap.xml"] = site.map_of("/pool", "/damaged.pdf")
    site.pages["/damaged.pdf"] = b"%PDF-1.4 and nothing else"
    house.enter(site.url)
    house.read()
    why = house.whys()["damaged.pdf"]
    site.sent_again.clear()

    for _ in range(2):
        assert house.read()["damaged.pdf"] == "unreadable"

    assert (house.whys()["damaged.pdf"], "/damaged.pdf" in site.sent_again) == (why, False)
    site.pages["/damaged.pdf"] = files.pdf([[(12, 700, "The pool is heated to 26 degrees all summer.")]])
    assert house.read()["damaged.pdf"] == "added"


def test_a_wrong_address_is_told_at_once_to_whoever_typed_it(house):
    house.enter("http://nowhere.invalid/")

    house.read()

    assert (house.run().state, house.site().trouble["code"]) == ("stopped", "site_down")
    assert "There is no website nowhere.invalid" in house.whys()[""]


def test_what_staff_withdrew_themselves_waits_for_nobody(house, site):
    site.pages["/sitemap.xml"] = site.map_of("/pool", "/glass")
    house.enter(site.url, publishes=True)
    house.read()
    house.change(site.url, publishes=False)
    site.answers["/glass"] = LoopbackAnswer(410, b"")
    house.read()
    house.read()
    with house.app.database.writing() as session:
        assert count_waiting(session) == len(house.waiting()) == 1
        withdraw_from_library(session, house.documents()["Glass"], by="Ana", now=house.clock())
    with house.app.database.reading() as session:
        assert count_waiting(session) == len(house.waiting()) == 0


def test_jobs_of_earlier_nights_are_not_kept(house, site):
    site.pages["/sitemap.xml"] = site.map_of("/pool", "/glass")
    house.enter(site.url)
    kept = []
    for _ in range(3):
        house.read()
        with house.app.database.reading() as session:
            lanes = session.scalars(select(QueueItem.lane))
            kept.append(sum(lane.startswith("site ") for lane in lanes))
    assert kept[0] == kept[1] == kept[2] == 4
