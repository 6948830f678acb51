"""Who has done it: the wall, its file, reminders, and what the heads see of it."""

import io
import re
from datetime import date

import pytest
from check_pages import close as close_unit
from client import text_of
from integration.rounds.conftest import Rounds
from python_calamine import CalamineWorkbook

from selfcheck.checks.sharing import ShareLevel
from selfcheck.checks.states import CheckState


def test_the_wall_shows_each_state(rounds: Rounds):
    round_id = rounds.called("1", "33", "33.1", "33.11", "50", deadline="2026-11-30")
    rounds.check("33", date(2026, 11, 30))
    rounds.check("33.1", date(2026, 12, 1))
    rounds.check("33.11", date(2026, 11, 20), checked_on=date(2026, 10, 31))  # a day too early
    rounds.check("50", state=CheckState.DRAFT)
    assert rounds.wall(round_id)["50"] == "offen"
    rounds.move_to("2026-12-01T10:00:00+01:00")

    assert rounds.wall(round_id) == {
        "1": "überfällig",
        "33": "erledigt",
        "33.1": "nach der Frist erledigt",
        "33.11": "überfällig",
        "50": "überfällig",
    }
    words = rounds.words(f"/runden/{round_id}")
    assert "2 von 5 erledigt" in words
    assert "1 erledigt 1 nach der Frist erledigt 0 offen 3 überfällig" in words
    assert "2 von 5" in rounds.words("/runden")
    assert "2 von 5 erledigt" in rounds.words("/")


def test_the_wall_is_narrowed_and_sorted(rounds: Rounds):
    round_id = rounds.called("1", "33", "50")
    rounds.check("33")

    assert list(rounds.wall(round_id, "?state=done")) == ["33"]
    assert list(rounds.wall(round_id, "?text=einheit+50")) == ["50"]
    assert list(rounds.wall(round_id, "?state=late")) == []
    assert list(rounds.wall(round_id, "?state=nonsense")) == []
    assert list(rounds.wall(round_id, "?sortierung=-einheit")) == ["50", "33", "1"]
    assert "1 Einheit" in rounds.words(f"/runden/{round_id}?state=done")
    rounds.share(rounds.check("50"), ShareLevel.COLOUR)
    assert list(rounds.wall(round_id, "?sortierung=geteilt")) == ["50", "1", "33"]


def test_the_file_holds_the_rows_of_the_page(rounds: Rounds):
    round_id = rounds.called("1", "33", "50", title="=HYPERLINK(1)")
    check_id = rounds.check("33", checked_on=date(2026, 11, 19))
    response = rounds.browser().get(f"/runden/{round_id}/liste.xlsx?state=done&text=33")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    rows = book.get_sheet_by_index(0).to_python()

    assert rows[0][0] == "Runde: =HYPERLINK(1)"
    assert "Stand „erledigt“, Suche „33“" in rows[1][0]
    page = rounds.words(f"/runden/{round_id}")
    assert rows[3] == [
        "Nummer", "Organisationseinheit", "Stand", "Geteilter Selbstcheck", "Zuletzt erinnert"
    ]  # fmt: skip
    assert " ".join(rows[3][1:]) in page
    assert rows[4:] == [["33", "Einheit 33", "erledigt", "", ""]]
    rounds.share(check_id, ShareLevel.COLOUR)
    response = rounds.browser().get(f"/runden/{round_id}/liste.xlsx?state=done&text=33")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[4:] == [["33", "Einheit 33", "erledigt", "19.11.2026", ""]]
    all_rows = rounds.browser().get(f"/runden/{round_id}/liste.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(all_rows.data))
    assert len(book.get_sheet_by_index(0).to_python()) == 4 + 3


@pytest.mark.parametrize("level", [None, *ShareLevel])
def test_nothing_of_a_result_is_seen_whatever_is_shared(rounds: Rounds, level):
    round_id = rounds.called("33", title="Aufruf")
    before = rounds.browser().get(f"/runden/{round_id}").text
    assert "Rot" not in before
    day = date(2026, 11, 19)
    check_id = rounds.check("33", checked_on=day, points=1, texts={"next_steps": "Geheim"})
    if level is not None:
        rounds.share(check_id, level)
    pages = [f"/runden/{round_id}", "/runden", "/", f"/runden/{round_id}/erinnern"]
    for url in pages:
        page = rounds.browser().get(url).text
        is_linked = f'href="/ueberblick/selbstchecks/{check_id}"' in page
        assert is_linked == (level is not None and url == f"/runden/{round_id}")
        assert is_linked or str(check_id) not in page
        assert ("19.11.2026" in page) == is_linked
        assert "20.11.2026" not in page, "the day of its submission is never shared"
        if url != "/":  # on which another feature may show the colours that are shared
            assert not [word for word in ("Geheim", "Rot", "8 von 40") if word in page]


def test_reminders_go_out_once_a_day_to_those_who_have_not_done_it(rounds: Rounds):
    round_id = rounds.called("1", "33", "33.1", "50")
    rounds.check("33")
    url = f"/runden/{round_id}/erinnern"
    preview = rounds.words(url)
    assert "Erinnert werden 2 Einheiten, mit 2 Nachrichten" in preview
    assert "1 Einheit hat keine Leitung mit Konto" in preview
    assert "ist in 21 Tagen fällig" in preview
    told = rounds.after(rounds.browser().send(url))

    assert "2 Einheiten sind erinnert; 2 Nachrichten gehen heraus." in told
    assert "Für 1 Einheit ist keine Leitung eingetragen." in told
    assert {login for login, *_ in rounds.told("reminder")} == {"head33.1", "head50"}
    again = rounds.after(rounds.browser().send(url))
    assert "Nachricht geht heraus" not in again
    assert len(rounds.told("reminder")) == 2
    assert rounds.audited()[1:] == [("round-reminded", "2 Einheiten, 2 Nachrichten")]
    assert "24.11.2026, 10:00 Uhr" in rounds.words(f"/runden/{round_id}")
    rounds.move_to("2026-11-25T08:00:00+01:00")
    rounds.browser().send(url)
    assert len(rounds.told("reminder")) == 4


def test_one_unit_is_reminded_alone_and_the_others_later_that_day(rounds: Rounds):
    round_id = rounds.called("33.1", "33.11", "50")
    unit_id = rounds.world.unit_ids["33.1"]
    one = f"/runden/{round_id}/einheiten/{unit_id}/erinnern"
    assert f'href="{one}"' in rounds.browser().get(f"/runden/{round_id}").text
    asked = rounds.words(one)
    assert "Erinnert wird 1 Einheit, mit 1 Nachricht: 33.1 Einheit 33.1 Diese" in asked
    assert "33.11" not in asked
    assert rounds.told("reminder") == []
    assert "1 Einheit ist erinnert; 1 Nachricht geht heraus." in rounds.after(
        rounds.browser().send(one)
    )
    assert "Heute wurde schon erinnert" in rounds.after(rounds.browser().send(one))
    rounds.browser().send(f"/runden/{round_id}/erinnern")

    told = rounds.told("reminder")
    assert [login for login, *_ in told].count("head33.1") == 2
    bodies = [body for login, _, body, _ in told if login == "head33.1"]
    assert "33.11" not in bodies[0]
    assert "– 33.11 Einheit 33.11" in bodies[1]
    assert "Niemand ist zu erinnern" in rounds.words(one)
    foreign = f"/runden/{round_id}/einheiten/999999/erinnern"
    assert "Niemand ist zu erinnern" in rounds.words(foreign)
    assert rounds.browser().send(foreign).status_code == 302


def test_a_reminder_that_reaches_nobody_says_so(rounds: Rounds):
    round_id = rounds.called("1")
    url = f"/runden/{round_id}/einheiten/{rounds.world.unit_ids['1']}/erinnern"
    words = rounds.words(url)
    assert "1 Einheit hat keine Leitung mit Konto" in words
    assert "Diese Nachricht geht heraus" not in words
    assert "Erinnerung senden" not in words
    told = rounds.after(rounds.browser().send(url))
    assert "Es ist niemand erinnert. Es geht keine Nachricht heraus." in told
    assert "Für 1 Einheit ist keine Leitung eingetragen." in told
    assert "24.11.2026, 10" not in told.split("Zuletzt erinnert")[1].split("Aufruf")[0]


def test_a_closed_unit_is_not_reminded(rounds: Rounds):
    round_id = rounds.called("33.11", "50")
    close_unit(rounds.app, "33.11")
    rounds.browser().send(f"/runden/{round_id}/erinnern")
    assert [login for login, *_ in rounds.told("reminder")] == ["head50"]


def test_the_heads_see_what_is_asked_of_their_units(rounds: Rounds):
    rounds.called("33", "33.11", "50", deadline="2026-12-06")
    unit_id = rounds.world.unit_ids["33"]
    for url in ("/", "/selbstchecks"):
        page = rounds.browser("head33").get(url)
        words = text_of(page)
        assert "Runde „Runde 2026“: noch 12 Tage" in words
        assert "Selbstcheck für 33 Einheit 33 beginnen" in words
        assert f'href="/selbstchecks/neu?einheit={unit_id}"' in page.text
        # The unit that they head in person comes first.
        assert words.index("für 33 Einheit 33 beg") < words.index("für 33.11 Einheit 33.11 beg")
        assert "50 Einheit 50" not in words
    assert "für 33.11 Einheit 33.11 beginnen" in rounds.words("/", by="head33.1")
    assert "für 33 Einheit" not in rounds.words("/", by="head33.1")
    for login in ("officer33", "hr", "admin", "nobody"):
        assert "Runde „" not in rounds.words("/", by=login)


def test_what_is_done_or_over_is_no_longer_asked_for(rounds: Rounds):
    round_id = rounds.called("33", "33.1")
    rounds.check("33")
    assert "für 33 Einheit" not in rounds.words("/", by="head33")
    assert "für 33.1 Einheit" in rounds.words("/", by="head33")
    rounds.move_to("2026-12-17T10:00:00+01:00")
    assert "seit 2 Tagen überfällig" in rounds.words("/", by="head33")
    rounds.browser().send(f"/runden/{round_id}/beenden")
    assert "Runde „" not in rounds.words("/", by="head33")
    assert "von 2 erledigt" not in rounds.words("/")


def test_many_units_become_one_line(rounds: Rounds):
    rounds.called("33", "33.1", "33.11", title="A")
    rounds.called("33", "33.1", "33.11", title="B")
    words = rounds.words("/selbstchecks", by="head33")
    assert words.count("Selbstcheck für") == 4
    assert "In laufenden Runden fehlt der Selbstcheck noch für 2 weitere Einheiten." in words
    page = rounds.browser("head33").get("/")
    words = text_of(page)
    for title in "AB":
        told = rf"Runde „{title}“: [^,]+2026, 3 Einheiten fehlt noch der Selbstcheck"
        assert len(re.findall(told, words)) == 1
    assert "Selbstcheck für" not in words
    assert '<a href="/selbstchecks">3 Einheiten</a>' in page.text


def test_a_check_counts_for_every_round_that_runs(rounds: Rounds):
    first = rounds.called("33", title="A", begins_on="2026-11-01")
    second = rounds.called("33", title="B", begins_on="2026-11-20")
    third = rounds.called("33", title="C", begins_on="2026-11-21")
    rounds.check("33", date(2026, 11, 22), checked_on=date(2026, 11, 20))

    states = [rounds.wall(one)["33"] for one in (first, second, third)]
    assert states == ["erledigt", "erledigt", "offen"]


def test_empty_lists_offer_the_next_step(rounds: Rounds):
    page = rounds.browser().get("/runden")
    assert "Noch ist keine Runde ausgerufen." in text_of(page)
    assert 'href="/runden/neu"' in page.text
    round_id = rounds.called("33")
    rounds.check("33")
    assert "Niemand ist zu erinnern" in rounds.words(f"/runden/{round_id}/erinnern")
    assert rounds.browser().get("/runden/999999").status_code == 404
