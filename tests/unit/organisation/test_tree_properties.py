"""What holds for every tree of units and every list that moves them."""

from hypothesis import given
from hypothesis import strategies as st

from selfcheck.lists import read_pasted
from selfcheck.organisation.importing import COLUMNS, UnitRecord, plan_import
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.tree import find_cycles

HEADER = "Nummer;Bezeichnung;Kürzel;Art;Übergeordnet;Berichtspflichtig"
WORDS = st.text("aÄß 1", min_size=1, max_size=5).map(str.strip).filter(bool)
Parents = dict[str, str | None]


@st.composite
def trees(draw: st.DrawFn) -> Parents:
    """Units whose parent is always an earlier one, in any order."""
    parents: Parents = {}
    for index in range(draw(st.integers(1, 12))):
        parents[f"{index}.A"] = draw(st.sampled_from([None, *parents]))
    return dict(draw(st.permutations(list(parents.items()))))


@st.composite
def records(draw: st.DrawFn) -> list[UnitRecord]:
    return [
        UnitRecord(
            number=number,
            name=draw(WORDS),
            short_name=draw(st.one_of(st.just(""), WORDS)),
            kind=draw(st.sampled_from(UnitKind)),
            parent=parent,
            is_reporting=draw(st.booleans()),
        )
        for number, parent in draw(trees()).items()
    ]


@st.composite
def trees_with_moves(draw: st.DrawFn) -> tuple[Parents, Parents]:
    """A tree, and new parents for some of its units, chosen without any care."""
    parents = draw(trees())
    numbers = st.sampled_from(list(parents))
    return parents, draw(st.dictionaries(numbers, st.one_of(st.none(), numbers), min_size=1))


def as_list(units: list[UnitRecord]) -> str:
    lines = [
        f"{one.number};{one.name};{one.short_name};{one.kind.value};{one.parent or ''};"
        f"{'ja' if one.is_reporting else 'nein'}"
        for one in units
    ]
    return "\n".join([HEADER, *lines])


def plain(number: str, parent: str | None) -> UnitRecord:
    return UnitRecord(
        number=number,
        name="Amt",
        short_name="",
        kind=UnitKind.OFFICE,
        parent=parent,
        is_reporting=True,
    )


def walk_up(start: str, parents: Parents) -> list[str]:
    """Return the units above one; ends after more steps than there are units."""
    above: list[str] = []
    number = parents[start]
    while number is not None and len(above) <= len(parents):
        above.append(number)
        number = parents[number]
    return above


@given(records())
def test_a_proper_tree_is_imported_in_any_order_and_changes_nothing_again(
    units: list[UnitRecord],
) -> None:
    read = read_pasted(as_list(units), COLUMNS)
    first = plan_import(read, known={}, closed=frozenset())
    assert first.errors == []
    assert first.new == units

    known = {one.number: one for one in first.new}
    second = plan_import(read, known=known, closed=frozenset())
    assert second.errors == []
    assert not second.changes_something
    assert second.unchanged == units
    assert second.missing == []


@given(trees_with_moves())
def test_a_list_is_refused_exactly_if_somebody_would_stand_below_themselves(
    case: tuple[Parents, Parents],
) -> None:
    before, moves = case
    after = before | moves
    circular = {number for number in after if number in walk_up(number, after)}

    known = {number: plain(number, parent) for number, parent in before.items()}
    read = read_pasted(as_list([plain(*move) for move in moves.items()]), COLUMNS)
    plan = plan_import(read, known=known, closed=frozenset())

    reported = {list(moves)[error.row - 2] for error in plan.errors}
    assert reported == circular & moves.keys()
    assert bool(plan.errors) == bool(circular)


@given(trees_with_moves())
def test_the_cycles_found_are_all_there_are(case: tuple[Parents, Parents]) -> None:
    before, moves = case
    parents = before | moves
    found = find_cycles(parents)
    on_cycles = [number for cycle in found for number in cycle]
    assert sorted(on_cycles) == sorted(n for n in parents if n in walk_up(n, parents))
    for cycle in found:
        assert [parents[number] for number in cycle] == [*cycle[1:], cycle[0]]


def test_a_parent_that_is_not_listed_counts_as_a_top() -> None:
    assert find_cycles({"33": "1", "33.1": "33"}) == []


def test_a_very_deep_tree_is_no_problem() -> None:
    parents: Parents = {str(index): str(index + 1) for index in range(20_000)}
    assert find_cycles(parents) == []
    assert len(find_cycles(parents | {"20000": "0"})[0]) == 20_001
