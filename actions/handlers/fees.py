"""Questions of price: answered from the rows that fit, or asked back which of them is meant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from actions.facts.fees import answer_fee, name_row
from actions.handlers.declaration import Action
from actions.handlers.fact_reply import reply_with_answer
from actions.reading.fee_questions import FeeQuestion
from actions.reading.words import clean_text
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import OfferRoute
from actions.turn.turn import Turn
from city.records.model import text_in
from core.model import Outcome, Reply

MOST_SHOWN, MOST_OFFERED = 5, 8
"""Rows that are said in one reply; and of more, so many that are offered to choose from."""
LONGEST = 300
"""Letters of a text that is read for a question of price; longer ones tell a story."""


def find_fee(context: ActionContext, text: str, now: datetime) -> FeeQuestion | None:
    """The question of price in a text, where it tells of nothing else."""
    asked = clean_text(text)
    if not asked or len(asked) > LONGEST:
        return None
    today = now.astimezone(context.city.profile.zone).date()
    return context.fee_questions.read(asked, context.city.facts, today)


def reply_with_fee(context: ActionContext, turn: Turn, text: str, question: FeeQuestion) -> Reply:
    """The rows that fit; of very many, or of several fees, which is meant."""
    fees = [context.city.facts.fees[code] for code in question.fees]
    if len(fees) > 1:
        return _ask_which(context, turn, text, {fee.code: text_in(fee.name, turn.language) for fee in fees})
    if len(question.rows) > MOST_SHOWN and not turn.state.form:
        rows = fees[0].rows
        named = {
            f"{fees[0].code}:{rows.index(row)}": name_row(row, context, turn.language)
            for row in question.rows
        }
        return _ask_which(context, turn, text, named)
    return reply_with_answer(context, turn, text, answer_fee(context, fees[0], question.rows, turn.language))


def take_fee(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """The fee or row that was meant."""
    code, _, at = key.partition(":")
    fee = context.city.facts.fees.get(code)
    if fee is None or (at and int(at) >= len(fee.rows)):
        return [Reply(context.say("ask.no_more", turn.language), turn.language)]
    today = turn.now.astimezone(context.city.profile.zone).date()
    rows = (fee.rows[int(at)],) if at else fee.rows_on(today)
    question = FeeQuestion((code,), rows)
    return [reply_with_fee(context, turn, str(data.get("text", "")), question)]


def _ask_which(context: ActionContext, turn: Turn, text: str, named: dict[str, str]) -> Reply:
    reply = Reply(context.say("facts.which", turn.language), turn.language, outcome=Outcome.ASKED_BACK)
    return offer_choices(turn, reply, "fee", dict(list(named.items())[:MOST_OFFERED]), text=text)


ACTION = Action("fees", offers=(OfferRoute("fee", take_fee),))
