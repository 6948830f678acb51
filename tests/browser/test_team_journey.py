"""A team round of five, from the invitation to the result."""

import re

from playwright.sync_api import Page, expect

VOTES = (  # by person, for the statements 1 to 8
    (5, 4, 4, 1, 3, 5, 2, 4),
    (5, 4, 3, 5, 3, 5, 2, 4),
    (5, 5, 4, 1, 3, 4, 3, 4),
    (5, 4, 4, 5, 3, 5, 1, 4),
    (5, 4, 4, 3, 3, 5, 5, 4),
)
AGREED = (5, 4, 4, 3, 3, 5, 2, 4)  # what the head makes of it: 30 points


def tick(page: Page, statement: int, points: int) -> None:
    page.locator(f'input[name="s{statement}"][value="{points}"]').check()


def test_five_vote_one_changes_and_the_head_sets_the_agreed_answers(visit):
    head = visit("leitung.33", "/selbstchecks/neu")
    head.get_by_label("Amt/Abteilung/Sachgebiet").select_option(label="33.3 Abteilung Standesamt")
    head.get_by_role("button", name="Zwischenspeichern").click()
    head.wait_for_url(re.compile(r"/bearbeiten$"))
    team_page = head.url.replace("/bearbeiten", "/team")
    head.goto(team_page)
    head.get_by_label("Wie viele Links brauchen Sie?").fill("5")
    head.get_by_role("button", name="Links erstellen").click()
    links = head.locator(".team-links__link").all_inner_texts()
    assert len(set(links)) == 5

    colleagues = [visit(None, link, java_script_enabled=n % 2 == 0) for n, link in enumerate(links)]
    for page, votes in zip(colleagues, VOTES, strict=True):
        for statement, points in enumerate(votes, start=1):
            tick(page, statement, points)
        page.get_by_role("button", name="Antworten speichern").click()
        expect(page.get_by_text("Ihre Antworten sind gespeichert: 8 von 8")).to_be_visible()
        expect(page.locator("input:checked")).to_have_count(0)

    head.goto(team_page)
    expect(head.get_by_text("5 von 5")).to_be_visible()
    expect(head.locator(".spread__bars")).to_have_count(0)

    # The head, or anybody else who knows a link, neither sees nor changes what was answered.
    for stranger in (visit(None, links[4]), visit("leitung.33", links[4])):
        heading = stranger.get_by_role("heading", level=1)
        expect(heading).to_contain_text("Dieser Link ist schon benutzt")
        expect(stranger.locator("input[type=radio]")).to_have_count(0)
        stranger.get_by_role("link", name="noch einmal").click()
        expect(heading).to_contain_text("Dieser Link ist schon benutzt")

    colleagues[4].goto(links[4])
    expect(colleagues[4].get_by_text("schon 8 von 8 Aussagen beantwortet")).to_be_visible()
    tick(colleagues[4], 7, 2)
    colleagues[4].get_by_role("button", name="Antworten speichern").click()
    expect(colleagues[4].get_by_text("Ihre Antworten sind gespeichert: 8 von 8")).to_be_visible()

    head.get_by_role("link", name="Teamrunde beenden").click()
    expect(head.get_by_text("haben 5 von 5 geantwortet")).to_be_visible()
    head.get_by_role("button", name="Teamrunde beenden").click()
    rows = head.locator(".spreads tbody tr")
    expect(rows).to_have_count(8)
    expect(rows.nth(0)).to_contain_text("4. Wir erklären")
    expect(rows.nth(0)).to_contain_text("uneinig")
    changed = rows.filter(has_text="7. Auftretende Beschwerden")
    expect(changed).to_contain_text("weitgehend einig")  # 2, 2, 3, 1 and now 2 instead of 5
    expect(changed).to_contain_text("1 bis 3")

    colleagues[0].goto(links[0])
    expect(colleagues[0].get_by_role("heading", level=1)).to_have_text("Die Teamrunde ist beendet")

    head.get_by_role("link", name="Zum Entwurf").click()
    for statement, points in enumerate(AGREED, start=1):
        tick(head, statement, points)
    head.get_by_role("button", name="Auswerten").click()
    expect(head.get_by_role("heading", level=1)).to_contain_text("30 von 40 Punkten: Grün")
    colleagues[0].reload()
    expect(colleagues[0].get_by_role("heading", level=1)).to_have_text(
        re.compile("Die Teamrunde ist beendet|Diesen Link gibt es nicht")
    )
