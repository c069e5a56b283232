"""The assistant: what leads in a message, and which action that calls. `actions.routes` says what there is to call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from actions.forms.engine import FormSession, find_question, with_recap
from actions.forms.report_fields import REPORT
from actions.handlers import (
    ask,
    calendars,
    correction,
    details,
    language,
    menu,
    optout,
    person,
    photo,
    report,
    smalltalk,
    unclear,
)
from actions.handlers.unfinished import answer_about_draft
from actions.interrupts import VERY_SURE, asks_aside, interrupts_at, interrupts_form
from actions.meanings import reply_by_meaning, take_meant
from actions.prefetch import look_ahead
from actions.reading.labels import Encode
from actions.reading.words import clean_text, has_words, in_other_script, shorten_text
from actions.routes import FLOWS, IN_FORM, INTENTS, LINKS, MENU, OFFERS, PUT_OFF, RULES, may_answer_offer
from actions.taken_up import TakenUp, take_up
from actions.turn.context import (
    ActionContext,
    AnsweringLibrary,
    CityDesk,
    finish_reply,
    led_by,
    offer_choices,
)
from actions.turn.decision import Lead
from actions.turn.route import BesideForm, Interrupts, OfferRoute, Route
from actions.turn.state import DialogueState, Form, Offer, read_state
from actions.turn.turn import Fit, PreparedSearches, Rule, Turn, is_readable, is_too_long
from core.model import Choice, InboundMessage, Outcome, Reply, Trouble, Understanding
from core.settings import Settings
from core.texts import Texts


class Assistant:
    """What the conversation calls: `look_up_places`, `fit` and `look_ahead` before the transaction, `respond` or `waiting` within it."""

    def __init__(  # noqa: PLR0917  the parts that actions need
        self,
        city: CityDesk,
        library: AnsweringLibrary,
        texts: Texts,
        settings: Settings,
        respondent_key: Callable[[str, str], str],
        encode: Encode | None = None,
    ) -> None:
        self.context = ActionContext(city, library, texts, settings, respondent_key, MENU, INTENTS, encode)

    def look_up_places(self, message: InboundMessage, language: str) -> None:
        """Have an address that the city's own map lacks looked up elsewhere, where the city wants that; to be called before `fit`."""
        if not (message.start or message.choice) and is_readable(message):
            self.context.city.gazetteer.look_up(message.text, language)

    def fit(self, message: InboundMessage, dialogue: dict[str, Any], language: str) -> Fit:
        """Whether a message answers what stands open: SURE, MAYBE (the NLU should be asked as well) or NO."""
        if message.start or not is_readable(message):
            return Fit.NO
        state = read_state(dialogue)
        offered = self._answered_offer(message, state)
        if (offered and self._picked_choice(message, offered)) or _menu_key(message):
            return Fit.SURE
        if form := _known_form(state):
            question = find_question(self.context, FLOWS[form.name], form, message, language)
            # Without a question its definition has changed meanwhile, and the form itself has to say what now.
            return question.fits(message) if question else Fit.SURE
        return Fit.MAYBE if state.expects_question and has_words(message.text) else Fit.NO

    def picks(self, message: InboundMessage, dialogue: dict[str, Any], language: str) -> bool:
        """Whether a message is one of the choices that stand open, pressed or typed: its words are ours and tell nothing of its writer."""
        state = read_state(dialogue)
        form, offered = _known_form(state), state.offer
        labels = [Choice(key, label) for key, label in offered.choices] if offered else []
        if message.choice or self.context.words.choice(message.text, labels):
            return True
        if form is None:
            return False
        question = find_question(self.context, FLOWS[form.name], form, message, language)
        return question is not None and question.is_picked(message)

    def take_up(self, message: InboundMessage, dialogue: dict[str, Any]) -> TakenUp | None:
        """What was set aside for an answer, when this message is the answer that takes it up."""
        return take_up(self.context, message, dialogue)

    def look_ahead(  # noqa: PLR0917  what was heard, in the order in which it was heard
        self,
        message: InboundMessage,
        dialogue: dict[str, Any],
        language: str,
        rule: Rule | None,
        fit: Fit,
        understanding: Understanding | None,
    ) -> PreparedSearches | None:
        """Do the slow searches that answering this message will need; None when it needs none."""
        if is_too_long(message):
            return None
        return look_ahead(
            self.context,
            message,
            read_state(dialogue),
            language=language,
            rule=rule,
            fit=fit,
            understanding=understanding,
        )

    def respond(self, turn: Turn) -> list[Reply]:
        """The replies to a message; its effects are written by `turn.session`, the conversation's memory is changed."""
        state = turn.state
        calendars.note_address(self.context, turn)
        before, offered = state.form, self._answered_offer(turn.message, state)
        kept = language.offer_to_keep(state, offered)
        state.offer, state.waiting = None, 0
        was_open = (before.name, before.asked) if before else None
        session = self._session(turn)
        corrected = correction.correct_answer(self.context, turn, session) if turn.message.edits else None
        replies = self._reply_to_lead(turn, session, offered) if corrected is None else corrected
        state.offer = state.offer or kept
        replies = unclear.with_lost_file(self.context, turn, replies)
        correction.note_question(turn, was_open)
        replies = self._with_recap(turn, session, replies)
        replies = language.ask_in_both(self.context, turn, replies)
        replies = self._with_frame(turn, replies)
        turn.store_state()
        return [finish_reply(self.context, reply) for reply in replies]

    def _session(self, turn: Turn) -> FormSession | None:
        """The form that stands open, to go on with; None when there is none that we know."""
        form = _known_form(turn.state)
        return FormSession.resume(self.context, FLOWS[form.name], turn, form) if form else None

    def waiting(self, turn: Turn) -> list[Reply]:
        """The NLU is down: say that this text waits, and what works meanwhile; shorter from the second time on."""
        replies = self._waiting(turn)
        turn.store_state()
        return replies

    def _waiting(self, turn: Turn) -> list[Reply]:
        turn.state.waiting += 1
        if turn.state.waiting > 1:
            again = self.context.say("unclear.waiting_again", turn.language)
            return [Reply(again, turn.language, outcome=Outcome.WAITING)]
        first = self.context.say("unclear.waiting", turn.language)
        reply = Reply(first, turn.language, outcome=Outcome.WAITING)
        choices = {
            "report": self.context.say("menu.report", turn.language),
            "requests": self.context.say("menu.requests", turn.language),
            "person": self.context.say("menu.person", turn.language),
        }
        return self._with_frame(turn, [offer_choices(turn, reply, "menu", choices)])

    def _reply_to_lead(self, turn: Turn, session: FormSession | None, offered: Offer | None) -> list[Reply]:
        """What leads: trouble, an exact rule, a choice, the open question, or the NLU's word."""
        message = turn.message
        if trouble := _leading_trouble(turn):
            turn.decision.take(Lead.UNREADABLE)
            return self._put_aside(turn, session, unclear.reply_to_trouble(self.context, turn, trouble))
        if turn.rule:
            return self._follow_rule(turn, session, turn.rule, offered)
        if offered and (key := self._picked_choice(message, offered)):
            return self._take_choice(turn, session, offered, key)
        if key := _menu_key(message):
            return self._reply_to_menu_key(turn, session, key)
        if told := answer_about_draft(session):
            return told
        if turn.fit is not Fit.NO and not turn.late:
            return self._reply_to_answer(turn, session)
        if message.choice:
            return self._old_button(turn, session, offered)
        return self._reply_without_lead(turn, session)

    def _old_button(self, turn: Turn, session: FormSession | None, offered: Offer | None) -> list[Reply]:
        turn.decision.take(Lead.CHOICE)
        note = self.context.say("forms.old_button", turn.language)
        if session:
            return self._put_aside(turn, session, [Reply(note, turn.language)])
        if offered:
            turn.state.offer = offered
            return [Reply(note, turn.language)]
        return [led_by([note], menu.show_menu(self.context, turn)[0])]

    def _reply_without_lead(self, turn: Turn, session: FormSession | None) -> list[Reply]:
        """No rule, no answer: a file, a place, words for the NLU, or nothing readable."""
        message = turn.message
        if turn.understanding and not in_other_script(message.text, self.context.scripts):
            return self._reply_to_understanding(turn, session)
        turn.decision.take(Lead.FILE if message.attachments or message.position else Lead.UNREADABLE)
        if message.attachments:
            return photo.out_of_the_blue(self.context, turn)
        if message.position:
            return photo.position_out_of_the_blue(self.context, turn)
        if in_other_script(message.text, self.context.scripts):
            return self._put_aside(turn, session, unclear.other_script(self.context, turn))
        return self._put_aside(turn, session, unclear.nothing_to_read(self.context, turn))

    def _reply_to_answer(self, turn: Turn, session: FormSession | None) -> list[Reply]:
        if session is None:
            return self._follow_meaning(turn)
        turn.decision.take(Lead.OPEN_QUESTION, session.form.name)
        expects_question, turn.state.expects_question = turn.state.expects_question, False
        if turn.fit is not Fit.MAYBE:
            return session.take()
        if expects_question:
            return self._expected_question(turn, session)
        field = session.open_field
        if field and interrupts_form(self.context, turn, field):
            return self._reply_to_understanding(turn, session)
        if self._wishes_quiet(turn) and not session.is_answer():
            turn.decision.take(Lead.NLU, "opt_out")
            return self._put_aside(turn, session, [optout.hint_at_stop(self.context, turn)])
        if field and asks_aside(self.context, turn, field):
            turn.decision.take(Lead.QUESTION, "ask_city")
            return self._put_aside(turn, session, ask.answer_question(self.context, turn, turn.message.text))
        return session.take()

    def _wishes_quiet(self, turn: Turn) -> bool:
        best = turn.understanding.best if turn.understanding else None
        if best is None or best.name != "opt_out" or best.confidence < self.context.settings.nlu_threshold:
            return False
        return self.context.wishes.may_ask_to_stop(turn.message.text)

    def _expected_question(self, turn: Turn, session: FormSession) -> list[Reply]:
        """Beside a form they said that they want to ask something, so only something very clear counts as anything else."""
        best = turn.understanding.best if turn.understanding else None
        is_clear = best is not None and best.confidence >= VERY_SURE
        if best and is_clear and interrupts_at(self.context, best.name) is Interrupts.ALWAYS:
            return self._reply_to_understanding(turn, session)
        turn.decision.take(Lead.QUESTION, "ask_city")
        return self._put_aside(turn, session, ask.answer_question(self.context, turn, turn.message.text))

    def _reply_to_understanding(self, turn: Turn, session: FormSession | None) -> list[Reply]:
        """A wish: by the NLU's word beside a form, or where an assistant before us has understood it; else by all readers together."""
        if session is None and not turn.message.intent:
            return self._follow_meaning(turn)
        best = turn.understanding.best if turn.understanding else None
        turn.state.expects_question = False
        turn.decision.take(Lead.UNCLEAR)
        route = INTENTS.get(best.name) if best else None
        if best is None or route is None or best.confidence < self.context.settings.nlu_threshold:
            return self._put_aside(turn, session, unclear.ask_openly(self.context, turn, turn.message.text))
        turn.decision.take(Lead.NLU, best.name)
        return self._go(turn, session, route, turn.message.text)

    def _follow_meaning(self, turn: Turn) -> list[Reply]:
        """No form stands open: the step that costs least by what all readers make of the words."""
        return reply_by_meaning(
            self.context, turn, lambda act: self._go(turn, None, INTENTS[act], turn.message.text)
        )

    def _follow_rule(
        self, turn: Turn, session: FormSession | None, rule: Rule, offered: Offer | None
    ) -> list[Reply]:
        turn.state.expects_question = False
        turn.decision.take(Lead.RULE, rule.name)
        if rule.name == "deep_link":
            return self._deep_link(turn, session, rule.value)
        may_answer = offered and may_answer_offer(rule.name, in_form=session is not None)
        if offered and may_answer and (key := self._picked_choice(turn.message, offered)):
            return self._take_choice(turn, session, offered, key)
        if rule.name in IN_FORM:
            return self._steer(turn, session, rule.name)
        if rule.name not in RULES:
            return menu.show_menu(self.context, turn)
        if rule.name == "person" and offered:  # what was just talked about is what it is about
            return person.begin_person_request(self.context, turn, offered.subject)
        return self._go(turn, session, RULES[rule.name], rule.value)

    def _steer(self, turn: Turn, session: FormSession | None, name: str) -> list[Reply]:
        """A rule that is about the open form."""
        if session is None:
            return self._out_of_form(turn, name)
        replies = IN_FORM[name](session)
        told = name == "leave" and optout.is_carriers_word(self.context, turn)
        return [*replies, optout.hint_at_stop(self.context, turn)] if told else replies

    def _out_of_form(self, turn: Turn, name: str) -> list[Reply]:
        notes = [] if name == "start_over" else [self.context.say("forms.nothing_open", turn.language)]
        return [led_by(notes, reply) for reply in menu.show_menu(self.context, turn)]

    def _deep_link(self, turn: Turn, session: FormSession | None, payload: str) -> list[Reply]:
        kind, _, value = payload.partition("-")
        if kind not in LINKS:
            return menu.welcome_resident(self.context, turn)
        return self._go(turn, session, LINKS[kind], value)

    def _reply_to_menu_key(self, turn: Turn, session: FormSession | None, key: str) -> list[Reply]:
        turn.state.expects_question = False
        turn.decision.take(Lead.CHOICE, key)
        if key == "go_on":
            return session.ask() if session else menu.show_menu(self.context, turn)
        return self._go(turn, session, MENU[key], "")

    def _take_choice(self, turn: Turn, session: FormSession | None, offered: Offer, key: str) -> list[Reply]:
        """A choice of the open offer was made."""
        turn.state.expects_question = False
        turn.decision.take(Lead.CHOICE, offered.name)
        data = offered.data
        if offered.name == "menu" or key == "go_on":
            return self._reply_to_menu_key(turn, session, key)
        if offered.name == "answer" and key == "person":
            return person.begin_person_request(self.context, turn, str(data.get("question", "")))
        if offered.name == "instead":
            meant = take_meant(self.context, turn, key, data)
            if meant is not None:
                return self._put_aside(turn, session, meant)
            return self._go(turn, session, MENU.get(key, MENU[REPORT]), str(data.get("text", "")))
        if offered.name == "busy":
            return self._reply_while_busy(turn, session, key, data)
        chosen = OFFERS.get(offered.name)
        if chosen is None:
            return menu.show_menu(self.context, turn)
        return self._run_action(turn, session, chosen, lambda: chosen.act(self.context, turn, key, data), key)

    def _reply_while_busy(
        self, turn: Turn, session: FormSession | None, key: str, data: dict[str, Any]
    ) -> list[Reply]:
        """Finish the open form first, or drop it for what was wanted."""
        if key == "go_on":
            return session.ask() if session else menu.show_menu(self.context, turn)
        turn.state.form = None
        act = PUT_OFF.get(str(data.get("wanted", "")), report.begin_report)
        return act(self.context, turn, str(data.get("text", "")))

    def _go(self, turn: Turn, session: FormSession | None, route: Route, text: str) -> list[Reply]:
        """Do what a route leads to, with what was said."""
        return self._run_action(turn, session, route, lambda: route.act(self.context, turn, text), text)

    def _run_action(
        self,
        turn: Turn,
        session: FormSession | None,
        route: Route | OfferRoute,
        action: Callable[[], list[Reply]],
        text: str,
    ) -> list[Reply]:
        """Do something; beside an open form, come back to its question, or ask first when another form would begin."""
        if session is None:
            return action()
        if route.beside is BesideForm.ASK_FIRST:
            return [self._ask_first(session, route.name, text)]
        replies = action()
        offers = route.beside is BesideForm.CHOOSE and turn.state.offer
        if route.beside is BesideForm.ALONE or offers:
            return replies
        return self._put_aside(turn, session, replies)

    def _ask_first(self, session: FormSession, name: str, text: str) -> Reply:
        reply = Reply(session.flow.busy(session), session.language, outcome=Outcome.ASKED_BACK)
        choices = {"go_on": session.say("forms.busy_go_on"), "replace": session.say("forms.busy_replace")}
        return offer_choices(session.turn, reply, "busy", choices, wanted=name, text=text)

    def _put_aside(self, turn: Turn, session: FormSession | None, replies: list[Reply]) -> list[Reply]:
        """Replies beside an open form: their choices go, so that the open question's count, and it is asked again."""
        if session is None or turn.state.form is None:
            return replies
        turn.state.offer = None
        return [*(replace(reply, choices=()) for reply in replies), *session.ask()]

    def _with_recap(self, turn: Turn, before: FormSession | None, replies: list[Reply]) -> list[Reply]:
        """After a long silence, the open question begins with what is known so far."""
        session = (
            self._session(turn) if turn.silent_minutes > self.context.settings.recap_after_minutes else None
        )
        if not (session and before and session.form.name == before.form.name):
            return replies
        line = session.flow.recap(session)
        welcome, here = session.say("forms.welcome_back"), session.say("forms.i_am_here")
        return with_recap(replies, f"{welcome} {line}", instead_of=here)

    def _with_frame(self, turn: Turn, replies: list[Reply]) -> list[Reply]:
        """Before the replies: an introduction to somebody new, an apology, or which earlier message this is about."""
        return menu.lead_by_introduction(self.context, turn, self._with_notes(turn, replies))

    def _with_notes(self, turn: Turn, replies: list[Reply]) -> list[Reply]:
        """The replies behind an apology, and behind the words that came long ago."""
        if not replies:
            return replies
        notes = [smalltalk.meet_feeling(self.context, turn, replies[0])]
        if turn.late and turn.message.text:
            said = shorten_text(clean_text(turn.message.text), 60)
            notes.append(self.context.say("forms.earlier", turn.language, text=said))
        if turn.state.lost_form:
            notes.append(self.context.say("forms.lost", turn.language))
            turn.state.lost_form = False
        return [led_by(notes, replies[0]), *replies[1:]]

    def _answered_offer(self, message: InboundMessage, state: DialogueState) -> Offer | None:
        """The offer that a message answers: the one that stands open, else the report that was filed last; the open one when it answers neither."""
        if pressed := language.pressed_language(self.context, message):
            return pressed
        filed = details.filed_offer(self.context, message, state)
        if filed is None or (state.offer and self._picked_choice(message, state.offer)):
            return state.offer
        return filed if self._picked_choice(message, filed) else state.offer

    def _picked_choice(self, message: InboundMessage, offered: Offer) -> str | None:
        """The key of the offered choice that this message makes."""
        choices = [Choice(key, label) for key, label in offered.choices]
        if message.choice:
            bare = message.choice.removeprefix(f"{offered.name}.")
            return bare if any(choice.key == bare for choice in choices) else None
        route = OFFERS.get(offered.name)
        if route and route.hear:
            return route.hear(self.context, message, offered)
        return self.context.words.choice(message.text, choices)


def _known_form(state: DialogueState) -> Form | None:
    """The open form, unless it is of a kind that there is no more."""
    return state.form if state.form and state.form.name in FLOWS else None


def _leading_trouble(turn: Turn) -> Trouble | None:
    """What keeps a message from being answered: nothing in it can be read, or there is more of it than is read."""
    if turn.message.trouble and not turn.is_led:
        return turn.message.trouble
    return Trouble.TOO_LONG if not turn.rule and is_too_long(turn.message) else None


def _menu_key(message: InboundMessage) -> str | None:
    name, _, key = (message.choice or "").partition(".")
    return key if name == "menu" and (key in MENU or key == "go_on") else None
