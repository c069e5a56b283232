"""The first administrator in a real browser: the link, the account, the second factor, and signing in the next day."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from bot.serve import tell_first_link
from console.accounts.sessions import COOKIE

pytestmark = pytest.mark.browser
PASSWORD = "seven green buses wait"


def first_link(console) -> str:
    said: list[str] = []
    tell_first_link(console.app, console.url, said.append)
    return re.findall(r"http\S+", said[0])[0]


def code_of(page: Page, console) -> str:
    key = page.get_by_role("listitem").filter(has_text="Scan").locator("code").inner_text()
    return pyotp.TOTP(key.replace(" ", "")).at(console.app.now())


def test_first_sign_in(page, console, accessibility_faults):
    page.goto(first_link(console))
    expect(page.get_by_role("heading", name="Welcome to Cityline")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_label("Name").fill("Ana Ruiz")
    page.get_by_label("E-mail").fill("ana@city.example")
    page.get_by_label("Password (needed)", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_label("Code (needed)").fill(code_of(page, console))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_role("navigation", name="Places").get_by_role("link", name="Team")).to_be_visible()
    cookie = next(one for one in page.context.cookies() if one["name"] == COOKIE)
    assert cookie["httpOnly"]
    assert cookie["secure"]

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail").fill("ana@city.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code (needed)").fill(recovery)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Ana Ruiz")).to_be_visible()
