"""A delivery keeps what was released, to the last byte."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit_evaluation import make_rows

from selfcheck.evaluation.figures import BrokenTableError, Figures
from selfcheck.evaluation.snapshot import (
    Snapshot,
    digest,
    find_differences,
    read_canonical,
    read_figures,
    with_total,
    write_canonical,
    write_figures,
)
from selfcheck.training.mandate import Group

SNAPSHOT = Snapshot(
    request_title="Auswertung 2026",
    mandate_key="2026",
    mandate_title="Schulungsauftrag 2026",
    rules_version="1",
    reference_date=date(2026, 12, 31),
    unit_number="0033",
    unit_name="Bürgeramt „Mitte“",
    number=1,
    rows=make_rows(),
    comment="Zwei Zertifikate\nfehlen.",
    ready_by="Jörg Öz",
    ready_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
    released_by="Ärna Maß",
    released_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    is_provisional=True,
)
# If this changes, every delivery that cities keep becomes unreadable.
SHA256 = "a5eb3ebbcbc6ef8732f5b6791c99c50830efbf09860796e1762b28e8a778064f"


def test_the_canonical_form_never_changes():
    assert digest(write_canonical(SNAPSHOT)) == SHA256


def test_a_delivery_is_read_as_it_was_written():
    content = write_canonical(SNAPSHOT)

    assert read_canonical(content, digest(content)) == SNAPSHOT


@given(st.text(), st.text(), st.text(), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_whatever_people_type_survives(unit_name, comment, released_by, ready_at):
    # What a database cannot hold never gets there: lone surrogates.
    texts = [text.encode(errors="replace").decode() for text in (unit_name, comment, released_by)]
    changes = dict(zip(("unit_name", "comment", "released_by"), texts, strict=True))
    one = replace(SNAPSHOT, **changes, ready_at=ready_at)
    content = write_canonical(one)

    assert read_canonical(content, digest(content)) == one


def test_a_changed_byte_is_found():
    content = write_canonical(SNAPSHOT)

    with pytest.raises(BrokenTableError, match="Prüfsumme"):
        read_canonical(content.replace('"fulfilled":2', '"fulfilled":3'), digest(content))


def test_a_delivery_that_contradicts_itself_is_refused_even_with_its_sum():
    content = write_canonical(replace(SNAPSHOT, rows=make_rows(Figures(3, fulfilled=1))))

    with pytest.raises(BrokenTableError, match="0033 Führungskräfte"):
        read_canonical(content, digest(content))


NUMBERS = st.tuples(*[st.integers(0, 999_999_999)] * 9).map(lambda row: Figures(*row))


@given(NUMBERS, NUMBERS)
def test_figures_survive_a_form(managers, employees):
    rows = make_rows(managers, employees)

    assert read_figures(write_figures(rows)) == rows


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "1,2,3",
        "1,2,3,4,5,6,7,8,9",
        "1,2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8",
        "1,2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8,9",
        "-1,2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8,9",
        "a,2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8,9",
        "1.5,2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8,9",
        "٣,2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8,9",
        f"{'9' * 5000},2,3,4,5,6,7,8,9;1,2,3,4,5,6,7,8,9",
    ],
)
def test_what_a_form_never_sent_is_no_figures(text):
    assert read_figures(text) is None


@pytest.mark.parametrize("group", Group)
@pytest.mark.parametrize("column", Figures._fields)
def test_each_cell_that_differs_is_found_with_its_total(group, column):
    before = make_rows()
    changed = before[group]._replace(**{column: getattr(before[group], column) + 1})
    found = find_differences(before, {**before, group: changed})

    assert [(one.row, one.column, one.after - one.before) for one in found] == [
        (group.value, column, 1),
        ("Gesamt", column, 1),
    ]


def test_equal_tables_do_not_differ():
    assert find_differences(make_rows(), make_rows()) == []


def test_the_total_stands_last():
    labels = [(label, name) for label, name, _ in with_total(make_rows())]

    assert labels == [
        ("Führungskräfte", "managers"),
        ("Beschäftigte", "employees"),
        ("Gesamt", ""),
    ]
