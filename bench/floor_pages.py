"""The floor of the pages: the same form without login, audit and scoring, and a list of people."""

from __future__ import annotations

import json
from uuid import uuid4

from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from sqlalchemy import insert, select, text

from bench.floor import SUBMISSION, open_database
from selfcheck.checks.questionnaire import load_questionnaires, newest
from selfcheck.config import Config

FORM = """<!doctype html><title>Selbstcheck</title>
<form class="form" method="post" action="/{{ check_id }}">
<input type="hidden" name="version" value="{{ questionnaire.version }}">
<input name="unit" value="1"><input type="date" name="checked_on">
{% for category in questionnaire.categories %}<h2>{{ category.title }}</h2>
{% for one in category.statements %}<fieldset><legend>{{ one.text }}</legend>
{% for answer in questionnaire.scale %}<label><input type="radio" name="{{ one.id }}"
 value="{{ answer.points }}">{{ answer.label }}</label>{% endfor %}</fieldset>
{% endfor %}{% endfor %}
{% for one in questionnaire.follow_ups %}<fieldset><legend>{{ one.text }}</legend>
{% for option in one.options %}<label><input type="checkbox" name="{{ one.id }}"
 value="{{ option.id }}">{{ option.text }}</label>{% else %}<textarea name="{{ one.id }}">
</textarea>{% endfor %}</fieldset>
{% endfor %}
<button>Auswerten</button></form>"""
RESULT = """<!doctype html><title>Auswertung</title>
<dl>{% for name, value in sent.items() %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>"""
PEOPLE = """<!doctype html><title>Personal</title>
<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>"""
# The first page of an office, in the order of the names.
PEOPLE_OF_AN_OFFICE = """
WITH RECURSIVE office (id) AS (
    SELECT id FROM unit WHERE number = :office
    UNION ALL SELECT unit.id FROM unit JOIN office ON unit.parent_id = office.id
)
SELECT p.last_name, p.first_name, p.number, u.number, u.name
FROM person p JOIN assignment a ON a.person_id = p.id JOIN unit u ON u.id = a.unit_id
WHERE a.unit_id IN (SELECT id FROM office) AND a.last_day IS NULL
ORDER BY p.sort_key, p.id LIMIT 25
"""


def make_site(database_url: str) -> Flask:
    """Return the bare pages; one transaction for a submission."""
    app = Flask(__name__)
    engine = open_database(database_url)
    questionnaire = newest(load_questionnaires(Config().questionnaire_folder))

    @app.get("/")
    def show_form() -> ResponseReturnValue:
        return render_template_string(FORM, questionnaire=questionnaire, check_id=uuid4())

    @app.post("/<check_id>")
    def submit(check_id: str) -> ResponseReturnValue:
        sent = json.dumps(request.form.to_dict(flat=False))
        with engine.begin() as connection:
            connection.execute(insert(SUBMISSION), {"id": check_id, "sent": sent})
        return redirect(f"/{check_id}")

    @app.get("/<check_id>")
    def show_result(check_id: str) -> ResponseReturnValue:
        query = select(SUBMISSION.c.sent).where(SUBMISSION.c.id == check_id)
        with engine.connect() as connection:
            sent = connection.scalars(query).one()
        return render_template_string(RESULT, sent=json.loads(sent))

    @app.get("/personal")
    def list_people() -> ResponseReturnValue:
        with engine.connect() as connection:
            rows = connection.execute(text(PEOPLE_OF_AN_OFFICE), {"office": "33"}).all()
        return render_template_string(PEOPLE, rows=rows)

    return app
