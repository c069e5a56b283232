"""What staff do with surveys: make one, change its draft, open and close it, bring an earlier state back.

A draft is what staff are changing; residents meet it when it is opened or published. Nobody's answers are ever mixed: once
somebody has answered, a change of meaning becomes a new version (`city.definitions.survey_changes`). Functions never commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from city.definitions.history import (
    Difference,
    Editor,
    State,
    current_state,
    find_change,
    record_change,
    state_differences,
    survey_of,
    survey_state,
)
from city.definitions.store import has_answers, next_version, store_survey
from city.definitions.survey_changes import other_questions, other_words
from city.records.definition_tables import SurveyDraftRow, SurveyVersionRow
from city.records.model import Local, Survey
from city.records.store import touch_city
from city.records.tables import SurveyAnswerSetRow, SurveyRow
from city.surveys.small_counts import FEWEST


@dataclass(frozen=True, slots=True)
class EditedSurvey:
    """A survey as staff see it: what residents meet (`live`, None while it was never open), and the draft (`survey`).

    `version` is the live one's, 0 while there is none. `begun` are the people who began any version, rounded down to fives, as results may hide how many.
    """

    survey: Survey
    live: Survey | None
    version: int
    has_draft: bool
    draft_by: str
    begun: int

    @property
    def is_changed(self) -> bool:
        """Whether the draft says anything that residents do not meet."""
        return bool(self.differences)

    @property
    def differences(self) -> list[Difference]:
        """What publishing the draft would change."""
        if self.live is None:
            return []
        open_alike = replace(self.survey, is_open=self.live.is_open)
        return state_differences(survey_state(self.live), survey_state(open_alike))

    @property
    def asks_otherwise(self) -> bool:
        """Whether the draft has other questions, values or rules: certainly a new version once there are answers."""
        return self.live is not None and other_questions(self.live, self.survey)

    @property
    def words_otherwise(self) -> bool:
        """Whether questions are put in other words: staff say whether that is only a correction."""
        return self.live is not None and other_words(self.live, self.survey)


def list_surveys(session: Session) -> list[EditedSurvey]:
    """All surveys in the city's order."""
    rows = session.scalars(select(SurveyRow).order_by(SurveyRow.position, SurveyRow.code)).all()
    drafts = {row.survey_code: row for row in session.scalars(select(SurveyDraftRow))}
    begun = _begun_sets(session)
    return [_edited_survey(row, drafts.get(row.code), begun.get(row.code, 0)) for row in rows]


def find_survey(session: Session, code: str) -> EditedSurvey | None:
    """One survey; None when there is none of this code."""
    row = session.get(SurveyRow, code)
    if row is None:
        return None
    return _edited_survey(row, session.get(SurveyDraftRow, code), _begun_sets(session, code).get(code, 0))


def versions_of(session: Session, code: str) -> dict[int, Survey]:
    """The survey in each of its versions, newest first."""
    rows = session.scalars(
        select(SurveyVersionRow)
        .where(SurveyVersionRow.survey_code == code)
        .order_by(SurveyVersionRow.version.desc())
    )
    return {row.version: replace(survey_of(row.definition), version=row.version) for row in rows}


def create_survey(session: Session, code: str, title: Local, editor: Editor, now: datetime) -> bool:
    """Begin a survey that nobody sees yet; False when the code is taken."""
    if session.get(SurveyRow, code) is not None:
        return False
    survey = Survey(code, title, {}, {}, {}, (), is_open=False)
    last = session.scalar(select(func.max(SurveyRow.position)))
    session.add(
        SurveyRow(
            code=code,
            position=0 if last is None else last + 1,
            version=0,
            is_open=False,
            definition=survey_state(survey),
        )
    )
    session.flush()
    record_change(
        session, ("survey", code), "created", editor, now, before=None, after=survey_state(survey), version=0
    )
    return True


def copy_survey(session: Session, source: str, code: str, editor: Editor, now: datetime) -> bool:
    """A new survey with the questions of another; False when there is no such survey or the code is taken."""
    found = find_survey(session, source)
    if found is None or not create_survey(session, code, found.survey.title, editor, now):
        return False
    copied = replace(
        found.survey, code=code, is_open=False, keywords={}, opens_on=None, closes_on=None, version=1, past=()
    )
    save_draft(session, copied, editor, now)
    return True


def save_draft(session: Session, survey: Survey, editor: Editor, now: datetime) -> None:
    """Keep what staff have changed; residents do not see it."""
    session.merge(
        SurveyDraftRow(
            survey_code=survey.code,
            definition=survey_state(survey),
            staff_name=editor.name,
            changed_at=now,
        )
    )
    session.flush()


def discard_draft(session: Session, code: str) -> None:
    """Forget what was changed and not published."""
    if draft := session.get(SurveyDraftRow, code):
        session.delete(draft)
        session.flush()


def publish_survey(
    session: Session,
    code: str,
    editor: Editor,
    now: datetime,
    *,
    is_open: bool | None = None,
    correction: bool = False,
    note: str = "",
) -> int:
    """Let residents meet the draft, and open or close it where asked; the version that they meet.

    Whoever is in the middle of an earlier version goes on with that one. The caller has looked at `survey_checks.problems`.
    """
    row = session.get_one(SurveyRow, code)
    found = find_survey(session, code)
    assert found is not None  # noqa: S101  the row is there
    before = current_state(session, "survey", code)
    was = row.version
    survey = replace(found.survey, is_open=row.is_open if is_open is None else is_open)
    version = store_survey(session, survey, row.position, correction=correction)
    discard_draft(session, code)
    how = _how_published(was, version, correction=correction and found.words_otherwise, opened=is_open)
    after = survey_state(survey)
    if before != after or was != version:
        record_change(
            session,
            ("survey", code),
            how,
            editor,
            now,
            before=before,
            after=after,
            version=version,
            note=note,
        )
    touch_city(session)
    return version


def close_survey(session: Session, code: str, editor: Editor, now: datetime) -> None:
    """Let nobody answer it any more; the draft stays."""
    row = session.get_one(SurveyRow, code)
    before = current_state(session, "survey", code)
    row.is_open = False
    session.flush()
    after: State = (before or {}) | {"is_open": False}
    record_change(
        session, ("survey", code), "closed", editor, now, before=before, after=after, version=row.version
    )
    touch_city(session)


def makes_new_version(session: Session, code: str, *, correction: bool = False) -> bool:
    """Whether publishing the draft would make a new version."""
    row, found = session.get(SurveyRow, code), find_survey(session, code)
    if row is None or found is None or row.version == 0:
        return False
    return next_version(session, row, found.survey, correction=correction) != row.version


def has_been_answered(session: Session, code: str) -> bool:
    """Whether anybody began the version that residents meet now."""
    row = session.get(SurveyRow, code)
    return row is not None and has_answers(session, code, row.version)


def draft_from_history(session: Session, code: str, change_id: int, editor: Editor, now: datetime) -> bool:
    """Make the state before a change the draft, so that staff can look at it before they publish it; False: there is none."""
    change = find_change(session, "survey", code, change_id)
    if change is None or change.before is None:
        return False
    save_draft(session, survey_of(change.before), editor, now)
    return True


def delete_unused(session: Session, code: str) -> bool:
    """Take away a survey that was never open; False when it was."""
    row = session.get(SurveyRow, code)
    if row is None or row.version > 0:
        return False
    discard_draft(session, code)
    session.delete(row)
    session.flush()
    return True


def move_survey(session: Session, code: str, step: int) -> None:
    """One place up (-1) or down (1) in the list that residents choose from."""
    rows: Sequence[SurveyRow] = session.scalars(
        select(SurveyRow).order_by(SurveyRow.position, SurveyRow.code)
    ).all()
    codes = [row.code for row in rows]
    here = codes.index(code)
    there = min(max(here + step, 0), len(rows) - 1)
    codes.insert(there, codes.pop(here))
    for row in rows:
        row.position = codes.index(row.code)
    touch_city(session)


def _how_published(was: int, version: int, *, correction: bool, opened: bool | None) -> str:
    if opened:
        return "opened"
    if correction:
        return "correction"
    return "version" if version != was else "edited"


def _edited_survey(row: SurveyRow, draft: SurveyDraftRow | None, begun: int) -> EditedSurvey:
    stored = survey_of(row.definition | {"is_open": row.is_open})
    survey = survey_of(draft.definition | {"is_open": row.is_open}) if draft else stored
    return EditedSurvey(
        survey=survey,
        live=replace(stored, version=row.version) if row.version else None,
        version=row.version,
        has_draft=draft is not None,
        draft_by=draft.staff_name if draft else "",
        begun=begun,
    )


def _begun_sets(session: Session, code: str = "") -> dict[str, int]:
    counted = select(SurveyAnswerSetRow.survey_code, func.count()).group_by(SurveyAnswerSetRow.survey_code)
    if code:
        counted = counted.where(SurveyAnswerSetRow.survey_code == code)
    return {str(found): int(count) - int(count) % FEWEST for found, count in session.execute(counted)}
