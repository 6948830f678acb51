"""Doubtful trainings: the office asks, the commissioner decides, and both can change their mind."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape

import pytest
from client import text_of
from unit_documents import make_pdf

from selfcheck.audit.models import AuditEvent
from selfcheck.training.kinds import Area, Outcome, RecordEvent
from selfcheck.training.models import RecognitionQuestion, TrainingEvent, TrainingRecord
from selfcheck.training.standing import State

ASKED = {"content": "Vorträge und Übungen zu „Vielfalt“", "question": "Zählt das <b>so</b>?"}
REJECT = {"decision": "reject", "answer": "Es fehlt der Bezug."}
ALREADY = "Für diese Schulung ist die Anerkennung schon angefragt."
NO_REASON = "Bitte begründen Sie, warum die Schulung nicht anerkannt wird."
EVENTS = (TrainingEvent.kind, TrainingEvent.reason, TrainingEvent.changes)
ANSWER = (RecognitionQuestion.outcome, RecognitionQuestion.area, RecognitionQuestion.answer)


def recognise(area=Area.INTERCULTURAL, answer=""):
    return {"decision": area.value, "answer": answer}


def ask(office, record_id, by="officer33", **typed):
    """Ask about a training; return the address of the question."""
    response = office.browser(by).send(f"/anerkennung/neu/{record_id}", ASKED | typed)
    assert response.status_code == 302, text_of(response)
    return response.location


def decide(office, url, decision, by="commissioner"):
    return office.browser(by).send(url, decision)


def take_back(office, url, by="officer33"):
    return office.browser(by).send(f"{url}/zuruecknehmen")


def test_an_office_asks_and_the_training_does_not_count_until_the_decision(office):
    record_id = office.train(evidence=True, duration_minutes=400)
    assert office.state() is State.FULFILLED
    page = office.browser().get(f"/anerkennung/neu/{record_id}")
    assert "Bis zur Entscheidung zählt die Schulung nicht (Abschnitt 7)." in text_of(page)
    assert "attaches_certificate" not in page.text, "there is none"
    url = ask(office, record_id)
    words = unescape(text_of(office.browser().get(url)))
    for part in (
        *("Vielfalt im Amt", "Volkshochschule", "6 Std. 40 Min.", "Präsenzschulung", "offen"),
        *("Vorschlag der Einheit interkulturelle Kompetenz", ASKED["content"], ASKED["question"]),
    ):
        assert part in words
    assert office.state() is State.AWAITS_DECISION
    assert office.rows(TrainingRecord.area) == [None]
    assert office.rows(*EVENTS[:2]) == [(RecordEvent.QUESTION_ASKED, ASKED["question"])]
    told = office.rows(AuditEvent.action, AuditEvent.subject, AuditEvent.details)
    assert told[-1] == ("recognition-asked", "Vielfalt im Amt", "")


def test_a_certificate_is_attached_only_if_it_is_ticked(office):
    record_id = office.train()
    office.send(f"/schulungen/{record_id}/nachweis", None, (make_pdf(), "Programm.pdf"))
    page = office.browser().get(f"/anerkennung/neu/{record_id}")
    assert "attaches_certificate" in page.text
    assert "attaches_certificate" not in office.fields(page), "not ticked of itself"
    url = ask(office, record_id, attaches_certificate="y")
    assert office.rows(RecognitionQuestion.certificate_id) != [None]
    assert "Zertifikat ansehen" in text_of(office.browser("commissioner").get(url))


def test_what_is_not_there_cannot_be_attached(office):
    record_id = office.train(evidence=True)
    before = office.everything()
    sent = ASKED | {"attaches_certificate": "y"}
    page = office.browser().send(f"/anerkennung/neu/{record_id}", sent)
    assert page.status_code == 400
    assert "Es gibt noch kein Zertifikat." in text_of(page)
    assert ASKED.items() <= office.fields(page).to_dict().items()
    assert office.everything() == before


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("content", "", "Bitte beschreiben Sie den Inhalt; darüber wird entschieden."),
        ("content", " \r\n ", "Bitte beschreiben Sie den Inhalt; darüber wird entschieden."),
        ("content", "x" * 4001, "Das ist zu lang; möglich sind 4.000 Zeichen."),
        ("question", "", "Bitte stellen Sie Ihre Frage."),
        ("question", "x" * 4001, "Das ist zu lang; möglich sind 4.000 Zeichen."),
    ],
)
def test_a_faulty_question_is_not_put_and_nothing_is_lost(office, field, value, sentence):
    record_id = office.train()
    before = office.everything()
    page = office.browser().send(f"/anerkennung/neu/{record_id}", ASKED | {field: value})
    office.check_refused(page, field, sentence)
    other = "question" if field == "content" else "content"
    assert office.fields(page)[other] == ASKED[other]
    assert office.everything() == before


def test_a_group_training_is_asked_about_once(office):
    own = [office.train(one, evidence=True) for one in ("0071", "0082", "0093")]
    foreign = office.train("5004", evidence=True)
    office.train("0071", first_day=date(2024, 3, 15))
    page = office.browser().get(f"/anerkennung/neu/{own[1]}")
    assert "Die Anfrage gilt für alle 3 Einträge dieser Schulung" in text_of(page)
    url = ask(office, own[1])
    asked = dict(office.rows(TrainingRecord.id, TrainingRecord.question_id))
    assert {record_id for record_id, question in asked.items() if question} == set(own)
    assert office.count(RecognitionQuestion) == [1]
    decide(office, url, recognise(Area.DEMOCRATIC))
    areas = dict(office.rows(TrainingRecord.id, TrainingRecord.area))
    assert [areas[one] for one in own] == [Area.DEMOCRATIC] * 3
    assert areas[foreign] is Area.INTERCULTURAL
    assert [office.state(one) for one in ("0071", "0082", "0093")] == [State.FULFILLED] * 3


def test_a_colleague_who_is_asked_about_already_is_left_out(office):
    first, second = office.train("0071"), office.train("0082")
    url = ask(office, first)
    third = office.train("0093")
    page = office.browser().get(f"/anerkennung/neu/{third}")
    assert "Die Anfrage gilt für alle" not in text_of(page)
    assert ask(office, third) != url
    for record_id in (first, second):
        page = office.browser().send(f"/anerkennung/neu/{record_id}", ASKED)
        assert page.status_code == 400
        assert ALREADY in text_of(page)
    assert office.count(RecognitionQuestion) == [2]


def test_a_withdrawn_training_is_not_asked_about(office):
    record_id = office.train()
    office.fill_in(f"/schulungen/{record_id}/zurueckziehen", reason="Falsch")
    before = office.everything()
    page = office.browser().send(f"/anerkennung/neu/{record_id}", ASKED)
    assert page.status_code == 400
    assert office.everything() == before


@pytest.mark.parametrize(
    ("decision", "state", "shown"),
    [
        (recognise(), State.FULFILLED, "anerkannt als interkulturelle Kompetenz"),
        (
            recognise(Area.PLAIN_COMMUNICATION, "Gut."),
            State.FULFILLED,
            "anerkannt als bürgernahe Kommunikation",
        ),
        (REJECT, State.REJECTED, "nicht anerkannt"),
    ],
)
def test_a_decision_counts_at_once_and_stands_in_the_history(office, decision, state, shown):
    record_id = office.train(evidence=True, area=None)
    url = ask(office, record_id)
    response = decide(office, url, decision)
    assert response.location == "/anerkennung"
    told = text_of(office.browser("commissioner").get("/anerkennung"))
    assert f"Entschieden: {shown}." in told
    assert office.state() is state
    assert office.rows(*EVENTS)[-1] == (
        RecordEvent.DECIDED,
        decision["answer"],
        [["Anerkennung", "noch zu klären", shown]],
    )
    words = unescape(text_of(office.browser().get(url)))
    assert f"{shown} am 24.11.2026" in words
    assert decision["answer"] in words
    assert shown in text_of(office.page_of())
    events = office.rows(AuditEvent.action, AuditEvent.subject, AuditEvent.details)
    assert ("recognition-decided", "Vielfalt im Amt", shown) in events


def test_a_decision_for_an_area_that_does_not_fulfil(office):
    record_id = office.train("0082", evidence=True)  # of a manager
    decide(office, ask(office, record_id), recognise(Area.MULTILINGUAL))
    assert office.state("0082") is State.OTHER_AREA


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"decision": "reject", "answer": ""}, "answer", NO_REASON),
        ({"decision": "reject", "answer": " \r\n"}, "answer", NO_REASON),
        ({"answer": "Ja"}, "decision", "Bitte wählen Sie, wie Sie entscheiden."),
        ({"decision": "Kochen"}, "decision", "Keine gültige Auswahl."),
        ({"decision": "reject", "answer": "x" * 4001}, "answer", "Das ist zu lang"),
    ],
)
def test_a_faulty_decision_changes_nothing(office, sent, field, sentence):
    url = ask(office, office.train(evidence=True))
    office.browser("commissioner")
    before = office.everything()
    page = decide(office, url, sent)
    office.check_refused(page, field, sentence)
    shown = office.fields(page)
    assert shown["answer"].strip() == sent.get("answer", "").strip()
    assert shown.get("decision") == (None if field == "decision" else "reject")
    assert office.everything() == before


def test_a_decision_can_be_changed_and_both_stay_in_the_history(office):
    url = ask(office, office.train(evidence=True))
    decide(office, url, REJECT)
    assert office.state() is State.REJECTED
    page = office.browser("commissioner").get(url)
    assert "Entscheidung ändern" in text_of(page)
    assert REJECT.items() <= office.fields(page).to_dict().items()
    decide(office, url, recognise(Area.DEMOCRATIC, "Nach Rückfrage"))
    assert office.state() is State.FULFILLED
    assert office.rows(*ANSWER) == [(Outcome.RECOGNISED, Area.DEMOCRATIC, "Nach Rückfrage")]
    decided = [reason for kind, reason, _ in office.rows(*EVENTS) if kind is RecordEvent.DECIDED]
    assert decided == [REJECT["answer"], "Nach Rückfrage"]
    decide(office, url, REJECT)
    assert office.state() is State.REJECTED
    assert office.rows(TrainingRecord.area) == [None]


def test_of_two_commissioners_at_once_one_decides_and_the_other_is_told(office):
    url = ask(office, office.train(evidence=True))
    browsers = [office.browser("commissioner"), office.browser("deputy")]
    sent = [
        office.fields(one.get(url)).to_dict() | decision | {"csrf_token": one.token()}
        for one, decision in zip(browsers, [recognise(answer="Ja"), REJECT], strict=True)
    ]

    def send(browser, data):
        return browser.post(url, data=data)

    with ThreadPoolExecutor() as pool:
        first, second = sorted(pool.map(send, browsers, sent), key=lambda page: page.status_code)
    assert (first.status_code, second.status_code) == (302, 400)
    assert "Inzwischen hat jemand anderes entschieden" in text_of(second)
    ((outcome, area, answer),) = office.rows(*ANSWER)
    decided = [reason for kind, reason, _ in office.rows(*EVENTS) if kind is RecordEvent.DECIDED]
    assert decided == [answer]
    assert office.rows(TrainingRecord.area) == [area]
    is_recognised = outcome is Outcome.RECOGNISED
    assert answer == ("Ja" if is_recognised else REJECT["answer"])
    assert office.state() is (State.FULFILLED if is_recognised else State.REJECTED)


def test_whoever_was_told_of_another_decision_can_still_change_it(office):
    url = ask(office, office.train(evidence=True))
    opened = office.fields(office.browser("deputy").get(url)).to_dict()
    decide(office, url, recognise())
    page = decide(office, url, opened | REJECT, by="deputy")
    assert page.status_code == 400
    assert office.state() is State.FULFILLED
    shown = office.fields(page).to_dict()
    assert REJECT.items() <= shown.items()
    assert decide(office, url, shown, by="deputy").status_code == 302
    assert office.state() is State.REJECTED


@pytest.mark.parametrize("area", [Area.INTERCULTURAL, Area.DEMOCRATIC, None])
def test_a_question_taken_back_leaves_what_the_office_said(office, area):
    url = ask(office, office.train(evidence=True, area=area))
    words = office.words_after(take_back(office, url))
    assert "Die Anfrage ist zurückgenommen; es gilt wieder Ihre eigene Angabe." in words
    assert "zurückgenommen am 24.11.2026" in words
    assert office.rows(TrainingRecord.area) == [area]
    assert office.state() is (State.FULFILLED if area else State.AREA_OPEN)
    commissioner = office.browser("commissioner")
    assert commissioner.get(url).status_code == 404
    stored = office.everything()
    page = decide(office, url, recognise())
    assert page.status_code == 400
    assert "hat diese Anfrage zurückgenommen" in text_of(page)
    assert office.everything() == stored
    assert "Vielfalt im Amt" not in text_of(commissioner.get("/anerkennung"))


def test_each_record_of_a_group_gets_its_own_area_back(office):
    first = office.train("0071", area=Area.INTERCULTURAL)
    second = office.train("0082", area=Area.DEMOCRATIC)
    third = office.train("0093", area=None)
    take_back(office, ask(office, first))
    assert dict(office.rows(TrainingRecord.id, TrainingRecord.area)) == {
        first: Area.INTERCULTURAL,
        second: Area.DEMOCRATIC,
        third: None,
    }


def test_after_taking_back_the_office_can_ask_again(office):
    record_id = office.train(evidence=True)
    take_back(office, ask(office, record_id))
    decide(office, ask(office, record_id), recognise(Area.DEMOCRATIC))
    assert office.state() is State.FULFILLED
    assert office.rows(RecognitionQuestion.outcome) == [Outcome.WITHDRAWN, Outcome.RECOGNISED]


def test_what_is_decided_or_taken_back_cannot_be_taken_back(office):
    decided = ask(office, office.train("0071", evidence=True))
    decide(office, decided, REJECT)
    taken_back = ask(office, office.train("0082", evidence=True))
    take_back(office, taken_back)
    stored = office.everything()
    for url in (decided, taken_back):
        assert take_back(office, url).status_code == 409
    assert office.everything() == stored
