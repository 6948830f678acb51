"""What is typed is kept to the letter, up to 5,000 characters, and always shown as text."""

from html import escape

import pytest
from check_pages import (
    STATEMENTS,
    continued,
    count_rows,
    fields_of,
    filled_in,
    new_address,
    stored_answers,
)

FIELDS = ("measures_past", "measures_planned", "next_steps", "cooperation_text")
STORED = ("measures_past", "measures_planned", "next_steps", "cooperation")
LIMIT = 5_000

TEXTS = {
    "umlauts": "Äpfel, Öfen, Übermaß – „Straße“ ẞ",
    "emoji": "Erfolg 🎉, Familie 👨‍👩‍👧‍👦, Flagge 🇺🇦",
    "right to left": "مرحبا بكم في دريسدن – ברוכים הבאים",
    "direction marks": "vor \u202eumgekehrt\u202c nach",
    "decomposed": "u\u0308ber",
    "markup": "<script>alert('x')</script> </textarea><b>fett</b> &amp; &lt;",
    "jinja": "{{ 7 * 7 }} {% raw %}",
    "sql": "'); DROP TABLE self_check; --",
    "lines": "erste Zeile\n\n  zweite,\teingerückt",
    "inner blanks": "viel   Platz",
    "noncharacters": "vor \uffff \ufffd nach",
}


@pytest.fixture
def client(client_of):
    return client_of("head33")


def save(client, world, **typed):
    check_id, address = new_address()
    answer = client.send(address, filled_in(world, points=None, **typed))
    return check_id, address, answer


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_is_kept_and_shown_as_it_was_typed(app, world, client, text):
    check_id, address, _ = save(client, world, next_steps=text)
    assert stored_answers(app, check_id).texts == {"next_steps": text}
    page = client.get(address)
    assert fields_of(page)["next_steps"] == text
    client.send(address, continued(client, address, filled_in(world, action="submit")))
    result = client.get(f"/selbstchecks/{check_id}").text
    assert escape(text) in result.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert "<script>alert" not in result


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),  # browsers send the first, old clients the second
        ("NUL\x00 und \x07Klingel\x1b[31m", "NUL und Klingel[31m"),
        ("\x7flöschen\x85\x9f", "löschen"),
        ("  \n außen \t\n", "außen"),
        ("\x00 \x00", None),  # nothing is left
        (" \n ", None),
    ],
    ids=repr,
)
def test_what_no_keyboard_types_is_dropped(app, world, client, typed, kept):
    check_id, _, answer = save(client, world, **dict.fromkeys(FIELDS, typed))
    assert answer.status_code == 302
    assert stored_answers(app, check_id).texts == (dict.fromkeys(STORED, kept) if kept else {})


@pytest.mark.parametrize("character", ["a", "ü", "🎉", "\n"])
def test_exactly_as_many_characters_as_the_limit_are_stored(app, world, client, character):
    """A line break counts once, an emoji counts once, in every database."""
    text = f".{character * LIMIT}"[: LIMIT - 1] + "."
    check_id, _, answer = save(client, world, **dict.fromkeys(FIELDS, text.replace("\n", "\r\n")))
    assert answer.status_code == 302
    assert stored_answers(app, check_id).texts == dict.fromkeys(STORED, text)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("action", "length"), [("save", 5_001), ("submit", 100_000)])
def test_a_longer_text_is_refused_and_stays_in_the_form(world, client, field, action, length):
    named = {5_001: "5.001", 100_000: "100.000"}[length]
    text = "ü" * length
    _, address = new_address()
    page = client.send(address, filled_in(world, action=action, **{field: text}))
    assert page.status_code == 400
    message = f"Der Text hat {named} Zeichen; möglich sind 5.000 Zeichen."
    assert page.text.count(message) == 2  # in the summary on top, and beside the field
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text
    sent = fields_of(page)
    assert sent[field] == text
    assert all(sent[one] == "3" for one in STATEMENTS)
    assert count_rows(client.application) == (0, 0)


def test_all_texts_may_be_far_too_long_at_once(app, world, client):
    texts = dict.fromkeys(FIELDS, "🎉" * 100_000)
    _, address = new_address()
    page = client.send(address, filled_in(world, **texts))
    assert page.status_code == 400
    assert fields_of(page).items() >= texts.items()


def test_the_browser_is_not_told_to_cut_text_off(client):
    """With maxlength, what is pasted beyond the limit vanishes without a word."""
    assert "maxlength" not in client.get("/selbstchecks/neu").text
