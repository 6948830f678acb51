"""What the bench puts beside the evaluation counts the very same."""

from random import Random

import pytest
from flask import Flask
from random_city import DAYS, make_city, write_city

from bench.floor import count_figures
from bench.prepare import aggregate_parameters, figures_of
from selfcheck.db import db
from selfcheck.evaluation.table_service import count_table
from selfcheck.training.mandates import MANDATE_2026


@pytest.mark.parametrize("seed", range(2))
def test_the_floor_of_the_evaluation_counts_the_same(app: Flask, seed: int):
    with app.app_context():
        write_city(make_city(Random(seed), 150), Random(seed))
        for day in DAYS:
            expected = figures_of(count_table(MANDATE_2026, day))
            found = count_figures(db.session.connection(), aggregate_parameters(MANDATE_2026, day))
            assert found == expected, day
            assert sum(people for people, *_ in expected.values()) > 20
