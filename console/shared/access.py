"""Who may do what: permissions, the roles that bundle them, and the rule that every route must have."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from fastapi import Depends, Request

from console.shared.errors import Forbidden
from console.shared.request_context import RequestContext, check_form


class Permission(StrEnum):
    """One thing that somebody of staff may do."""

    SIGNED_IN = "signed_in"
    SEE_OVERVIEW = "see_overview"
    SEE_CASES = "see_cases"
    WORK_CASES = "work_cases"
    SEE_CONTACT = "see_contact"
    SEE_KNOWLEDGE = "see_knowledge"
    EDIT_KNOWLEDGE = "edit_knowledge"
    PUBLISH_KNOWLEDGE = "publish_knowledge"
    MANAGE_SITES = "manage_sites"
    SEE_CONVERSATIONS = "see_conversations"
    ANSWER_CONVERSATIONS = "answer_conversations"
    SEE_SURVEYS = "see_surveys"
    EDIT_SURVEYS = "edit_surveys"
    EDIT_SERVICES = "edit_services"
    SEE_FACTS = "see_facts"
    EDIT_FACTS = "edit_facts"
    CLOSE_PLACES = "close_places"
    BROADCAST = "broadcast"
    MANAGE_STAFF = "manage_staff"
    READ_AUDIT = "read_audit"


class Role(StrEnum):
    """A bundle of permissions; somebody may have several."""

    VIEWER = "viewer"
    AGENT = "agent"
    EDITOR = "editor"
    BROADCASTER = "broadcaster"
    ADMINISTRATOR = "administrator"


_SEEING = frozenset(
    {
        Permission.SIGNED_IN,
        Permission.SEE_OVERVIEW,
        Permission.SEE_CASES,
        Permission.SEE_KNOWLEDGE,
        Permission.SEE_CONVERSATIONS,
        Permission.SEE_SURVEYS,
        Permission.SEE_FACTS,
    }
)
ROLES: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _SEEING,
    Role.AGENT: _SEEING
    | {
        Permission.WORK_CASES,
        Permission.SEE_CONTACT,
        Permission.ANSWER_CONVERSATIONS,
        Permission.CLOSE_PLACES,
    },
    Role.EDITOR: _SEEING
    | {
        Permission.EDIT_KNOWLEDGE,
        Permission.PUBLISH_KNOWLEDGE,
        Permission.EDIT_SURVEYS,
        Permission.EDIT_FACTS,
        Permission.CLOSE_PLACES,
    },
    Role.BROADCASTER: _SEEING | {Permission.BROADCAST},
    Role.ADMINISTRATOR: frozenset(Permission),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """All that these roles together allow; an unknown role allows nothing."""
    known = {str(role): allowed for role, allowed in ROLES.items()}
    return frozenset().union(*(known.get(role, frozenset()) for role in roles))


class AccessRule:
    """What a route asks of whoever comes: this permission and, where something is changed, a form of our own."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> RequestContext:
        """The visit; `Forbidden` without the permission."""
        visit: RequestContext = request.state.visit
        if not visit.may(self.permission):
            raise Forbidden(self.permission)
        await check_form(request)
        return visit


def require_permission(permission: Permission) -> Any:
    """The rule of a route, which stands beside its visit, as in `Annotated[Visit, ...]`."""
    return Depends(AccessRule(permission))
