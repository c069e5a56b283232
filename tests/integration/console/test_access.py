"""Who may go where: every route has a rule, every role meets it, and nothing comes in from elsewhere."""

from __future__ import annotations

import itertools

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from console.accounts.sign_in import allow_anybody
from console.app import SECTIONS, make_inner_app
from console.shared.access import AccessRule, Permission, Role, permissions_of
from tests.support.console import BASE
from tests.support.console_routes import ROUTES

OPEN = {"/sign-in", "/sign-in/code", "/welcome/{secret}"}


def rules_of(route: APIRoute) -> list[object]:
    calls = [dependency.call for dependency in route.dependant.dependencies]
    return [call for call in calls if isinstance(call, AccessRule) or call is allow_anybody]


def filled(route: APIRoute) -> str:
    """The route's path with something in its places."""
    return "/" + "/".join("1" if part.startswith("{") else part for part in route.path.strip("/").split("/"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{'/'.join(route.methods)} {route.path}")
def test_every_route_has_exactly_one_rule(route):
    assert len(rules_of(route)) == 1, "give its visit a permission: Annotated[Visit, may(...)]"


def test_all_that_is_served_is_in_a_section():
    served = make_inner_app().routes
    assert [route.path for route in served if isinstance(route, APIRoute)] == []
    assert len([route for route in served if not isinstance(route, Mount)]) == len(SECTIONS)


def test_only_the_sign_in_needs_no_sign_in():
    assert {route.path for route in ROUTES if allow_anybody in rules_of(route)} == OPEN


def test_every_role_meets_every_rule(house):
    """Whoever lacks the permission gets 403; whoever has it never does."""
    colleagues = {role: house.sign_in(role) for role in Role}
    tokens = {
        role: str(one.get("/account").soup.select_one("input[name=csrf]")["value"])
        for role, one in colleagues.items()
    }
    wrong = []
    for route, role in itertools.product(ROUTES, Role):
        rule = rules_of(route)[0]
        if not isinstance(rule, AccessRule) or route.path == "/sign-out":
            continue
        method = next(iter(route.methods))
        answer = colleagues[role].client.request(
            method,
            f"/console{filled(route)}",
            headers={"origin": BASE, "x-csrf-token": tokens[role]},
            follow_redirects=False,
        )
        allowed = rule.permission in permissions_of([role])
        if (answer.status_code == 403) == allowed and answer.status_code != 422:
            wrong.append((role, method, route.path, answer.status_code))
        if route.path == "/account/sessions/end":
            assert colleagues[role].get("/account").status == 200
    assert wrong == []


def test_nobody_gets_in_without_signing_in(house):
    let_in = []
    guest = house.guest().client
    for route in ROUTES:
        if route.path in OPEN:
            continue
        method = next(iter(route.methods))
        answer = guest.request(
            method, f"/console{filled(route)}", headers={"origin": BASE}, follow_redirects=False
        )
        sent_away = answer.headers.get("location", "").startswith("/console/sign-in")
        if not (answer.status_code == 401 or (method == "GET" and answer.status_code == 303 and sent_away)):
            let_in.append((method, route.path, answer.status_code))
    assert let_in == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": BASE}, 303),
        ({"origin": BASE, "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": BASE, "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_a_form_from_elsewhere_changes_nothing(house, headers, status):
    colleague = house.sign_in("viewer")
    token = colleague.get("/account").soup.select_one("input[name=csrf]")["value"]
    answer = colleague.client.post(
        "/console/account", data={"csrf": token, "name": "New"}, headers=headers, follow_redirects=False
    )
    assert answer.status_code == status
    assert (colleague.get("/account").soup.select_one("#name")["value"] == "New") is (status == 303)


@pytest.mark.parametrize("token", ["", "0" * 64, "another"])
def test_a_form_without_the_sessions_token_changes_nothing(house, token):
    colleague = house.sign_in("viewer")
    if token == "another":
        token = house.sign_in("viewer").get("/account").soup.select_one("input[name=csrf]")["value"]
    page = colleague.send("post", "/account", {"csrf": [str(token)], "name": ["New"]})
    assert page.status == 403
    assert "too old" in page.main


def test_more_than_a_page_takes_is_refused(house):
    colleague = house.sign_in("viewer")
    assert colleague.post("/account", {"name": ["x" * 3_000_000]}).status == 413


def test_a_department_limits_nothing_else(house):
    assert permissions_of(["agent"]) == permissions_of(["viewer"]) | {
        Permission.WORK_CASES,
        Permission.SEE_CONTACT,
        Permission.ANSWER_CONVERSATIONS,
        Permission.CLOSE_PLACES,
    }


def test_pages_forbid_what_they_do_not_need(house):
    answer = house.guest().get("/sign-in").answer
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"


def test_the_cookie_is_kept_from_scripts_and_other_sites(house):
    answer = house.sign_in("viewer").get("/account").submit("header form").answer
    cookie = answer.history[0].headers["set-cookie"].lower()
    assert cookie.startswith("__host-cityline=")
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie
