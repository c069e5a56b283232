"""The widget when the line is bad: nothing that was written vanishes, nothing arrives twice."""

from __future__ import annotations

import socket

import pytest
from playwright.sync_api import expect
from structlog.testing import capture_logs

from channels.web.fake import EchoCity
from tests.acceptance.browser.test_widget import LAUNCHER, log, open_chat, write
from tests.support.web_chat import build_chat, serving, wait_until

pytestmark = pytest.mark.browser


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_what_is_written_offline_waits_and_is_sent_when_the_line_is_back(page, base, sent):
    open_chat(page, base)
    write(page, "before")
    expect(log(page)).to_contain_text("You wrote: before")
    page.context.set_offline(True)
    expect(page.get_by_role("status")).to_contain_text("You are offline")
    write(page, "one")
    write(page, "two")
    expect(log(page).locator(".status", has_text="Waiting to send")).to_have_count(2)
    page.context.set_offline(False)
    expect(log(page)).to_contain_text("You wrote: two")
    expect(page.get_by_role("status")).to_be_hidden()
    assert sent() == ["before", "one", "two"]


def test_what_is_unsent_outlives_a_reload(page, base, sent):
    open_chat(page, base)
    page.context.set_offline(True)
    write(page, "one")
    expect(log(page)).to_contain_text("Waiting to send")
    page.context.set_offline(False)
    page.reload()
    wait_until(lambda: page.wait_for_timeout(50) or sent())
    assert sent() == ["one"]


def test_what_the_city_has_but_did_not_answer_yet_is_still_shown_after_a_reload(page, base, city, sent):
    city.hold()
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("Sent")
    page.reload()
    page.get_by_role("button", name=LAUNCHER).click()
    expect(log(page)).to_contain_text("hello")
    city.release()
    expect(log(page)).to_contain_text("You wrote: hello")
    expect(log(page).locator(".message")).to_have_count(2)
    assert sent() == ["hello"]


def test_a_server_that_goes_and_comes_back_is_found_again_and_missed_lines_are_read(page):
    city, port = EchoCity(), free_port()
    with serving(build_chat(city), port) as base:
        open_chat(page, base)
        write(page, "before")
        expect(log(page)).to_contain_text("You wrote: before")
    write(page, "while you were away")
    expect(page.get_by_role("status")).to_contain_text("Connecting again")
    with serving(build_chat(city), port):
        expect(log(page)).to_contain_text("You wrote: while you were away", timeout=20_000)
        expect(log(page).locator(".message")).to_have_count(4)
    assert [message.text for message in city.accepted] == ["before", "while you were away"]


def test_where_no_socket_gets_through_plain_http_does(page, base, city, sent):
    page.route_web_socket("**/chat/socket*", lambda route: route.close())
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("You wrote: hello")
    write(page, "again")
    expect(log(page)).to_contain_text("You wrote: again")
    expect(log(page).locator(".message")).to_have_count(4)
    assert sent() == ["hello", "again"]


def test_where_the_texts_cannot_be_had_there_is_still_the_plain_page(page, base):
    page.route("**/chat/texts/**", lambda route: route.abort())
    page.goto(base)
    page.get_by_role("button", name="Chat", exact=True).click()
    expect(page.get_by_role("link", name="Chat with Penstock")).to_be_visible()


class FailingInbox:
    """An inbox that fails as often as it is told to."""

    def __init__(self, city: EchoCity, failures: int) -> None:
        self.city, self.failures = city, failures

    def accept(self, message):
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        return self.city.accept(message)


def test_a_message_that_the_city_could_not_keep_is_tried_again_by_itself(page):
    city = EchoCity()
    with capture_logs(), serving(build_chat(city, inbox=FailingInbox(city, 2))) as base:
        open_chat(page, base)
        write(page, "hello")
        expect(log(page)).to_contain_text("You wrote: hello", timeout=20_000)
    assert len(city.accepted) == 1


def test_a_message_that_is_refused_stays_with_the_reason_and_a_way_to_try_again(page, base, city, sent):
    open_chat(page, base)
    page.evaluate("document.querySelector('cityline-chat').send({ text: 'hello', start: 'not/a/name' })")
    expect(page.get_by_role("alert")).to_contain_text("could not read that")
    expect(log(page)).to_contain_text("Not sent yet.")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_contain_text("could not read that")
    write(page, "hello again")
    expect(log(page)).to_contain_text("You wrote: hello again")
    assert sent() == ["hello again"]


def test_twenty_messages_in_one_breath_all_arrive_in_order(page, base, sent):
    open_chat(page, base)
    for number in range(20):
        write(page, f"message {number}")
    expect(log(page).get_by_text("You wrote: message 19", exact=True)).to_be_visible(timeout=30_000)
    assert sent() == [f"message {number}" for number in range(20)]


def test_two_windows_of_one_browser_show_the_same_conversation(page, base):
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("You wrote: hello")
    other = page.context.new_page()
    open_chat(other, base)
    expect(log(other)).to_contain_text("You wrote: hello")
    write(other, "from the other window")
    expect(log(page)).to_contain_text("You wrote: from the other window")


def test_what_one_window_keeps_no_other_window_loses(page, base, sent):
    open_chat(page, base)
    write(page, "before")
    expect(log(page)).to_contain_text("You wrote: before")
    other = page.context.new_page()
    open_chat(other, base)
    expect(log(other)).to_contain_text("You wrote: before")
    page.context.set_offline(True)
    write(page, "one")
    write(other, "two")
    page.close()
    page.context.set_offline(False)
    expect(log(other)).to_contain_text("You wrote: two")
    wait_until(lambda: other.wait_for_timeout(50) or len(sent()) == 3)
    assert sorted(sent()) == ["before", "one", "two"]


def test_a_chat_that_was_ended_in_one_window_is_ended_in_all(page, base, city):
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("You wrote: hello")
    other = page.context.new_page()
    open_chat(other, base)
    expect(log(other)).to_contain_text("You wrote: hello")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="End and clear this chat").click()
    page.get_by_role("button", name="Yes, clear it").click()
    expect(log(other).locator(".message")).to_have_count(0)
    write(other, "again")
    expect(log(other)).to_contain_text("You wrote: again")
    assert city.accepted[0].sender != city.accepted[1].sender
