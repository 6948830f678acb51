"""Where in the words of a text do the listed names stand, and how good is each find?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import product

from selfcheck.training.reading.names import PARTICLES, Gap, Word, name_parts, spellings

# A last name of more words does not occur; a limit keeps the number of spellings small.
_MOST_WORDS = 6
_WITHIN_NAME = frozenset({Gap.SPACE, Gap.HYPHEN})


@dataclass(frozen=True)
class Listed:
    """A person of the staff list."""

    person_id: int
    number: str
    last_name: str
    first_name: str


class Rank(IntEnum):
    """How much a find is to be believed, the best first."""

    FULL = 0
    APART = 1
    DOUBTFUL = 2
    ADDRESSED = 3
    SIGNER = 4
    LAST_NAME = 5


@dataclass(frozen=True, slots=True)
class Bearer:
    """A person under one spelling of the last name.

    `first_names` holds each first name as its words, so that „Hans“ is not taken for „Hans-Peter“.
    """

    person: Listed
    first_names: tuple[frozenset[tuple[str, ...]], ...]
    words: frozenset[str]
    has_particle_left_out: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed name that takes the words from `first` up to, not including, `end`."""

    person: Listed
    first: int
    end: int
    rank: Rank
    gap: Gap


@dataclass(frozen=True, slots=True)
class LastName:
    """A place where a last name stands, with its bearers by each word of their first names."""

    first: int
    end: int
    bearers: dict[str, list[Bearer]]


class NameIndex:
    """The listed names by last name; a place in a text is looked up without going through all."""

    def __init__(self, people: Iterable[Listed]) -> None:
        self._lengths: dict[str, set[int]] = defaultdict(set)
        self._bearers: dict[tuple[str, ...], dict[str, list[Bearer]]] = {}
        self._first_names: set[str] = set()
        for person in people:
            self._add(person)

    def _add(self, person: Listed) -> None:
        last = name_parts(person.last_name)[:_MOST_WORDS]
        names = [name_parts(name)[:_MOST_WORDS] for name in person.first_name.split()]
        wholes = tuple(frozenset(product(*map(spellings, name))) for name in names if name)
        words = frozenset(one for whole in wholes for name in whole for one in name)
        self._first_names |= words
        core = last
        while len(core) > 1 and core[0].casefold() in PARTICLES:
            core = core[1:]
        for parts in [last, core] if len(core) < len(last) else [last]:
            bearer = Bearer(person, wholes, words, has_particle_left_out=len(parts) < len(last))
            for key in product(*map(spellings, parts)) if parts else ():
                self._lengths[key[0]].add(len(key))
                by_word = self._bearers.setdefault(key, {})
                for word in words | {""}:
                    by_word.setdefault(word, []).append(bearer)

    def last_names(self, words: Sequence[Word]) -> Iterator[LastName]:
        """Yield the places of all last names."""
        for first, word in enumerate(words):
            for spelling in word.spellings:
                for length in self._lengths.get(spelling, ()):
                    part = words[first : first + length]
                    if len(part) < length or any(one.gap > Gap.HYPHEN for one in part[1:]):
                        continue
                    for rest in product(*(one.spellings for one in part[1:])):
                        bearers = self._bearers.get((spelling, *rest))
                        if bearers:
                            yield LastName(first, first + length, bearers)

    def full_names(self, words: Sequence[Word], name: LastName) -> Iterator[Hit]:
        """Yield the finds with a first name before or behind one last name."""
        is_cut = words[name.first].gap is Gap.HYPHEN or _gap(words, name.end) is Gap.HYPHEN
        if name.first and words[name.first].gap in {Gap.SPACE, Gap.LABEL, Gap.LINE}:
            for bearer in _with_first_name(name, words[name.first - 1]):
                yield self._before(words, name, bearer, is_cut=is_cut)
            yield from self._over_a_second_name(words, name)
        gap = _gap(words, name.end)
        if gap in {Gap.SPACE, Gap.COMMA, Gap.LABEL, Gap.LINE}:
            for bearer in _with_first_name(name, words[name.end]):
                yield self._behind(words, name, bearer, is_cut=is_cut)

    def _before(
        self, words: Sequence[Word], name: LastName, bearer: Bearer, *, is_cut: bool
    ) -> Hit:
        """„Anna Müller“; a further first name before it or last name behind it leaves a doubt."""
        first = name.first - 1
        while words[first].gap in _WITHIN_NAME and first and _bears(bearer, words[first - 1]):
            first -= 1
        is_exact = _is_whole(bearer, words[first : name.first]) and not is_cut
        gap = words[first].gap
        if gap is Gap.HYPHEN or (first and gap is Gap.SPACE and self._is_first(words[first - 1])):
            is_exact = False
        if _gap(words, name.end) is Gap.SPACE and words[name.end].is_capital:
            follower = words[name.end]
            is_exact = is_exact and not any(one in self._lengths for one in follower.spellings)
        return _hit(bearer, first, name.end, words[name.first].gap, is_exact=is_exact)

    def _behind(
        self, words: Sequence[Word], name: LastName, bearer: Bearer, *, is_cut: bool
    ) -> Hit:
        """„Müller, Anna“; a word on either side may make it „Petra Müller, Anna Schmidt“."""
        end = name.end + 1
        while _gap(words, end) in _WITHIN_NAME and _bears(bearer, words[end]):
            end += 1
        is_exact = _is_whole(bearer, words[name.end : end]) and not is_cut
        if name.first and words[name.first].gap is Gap.SPACE and words[name.first - 1].is_capital:
            is_exact = False
        if _gap(words, end) in _WITHIN_NAME and words[end].is_capital:
            is_exact = False
        return _hit(bearer, name.first, end, words[name.end].gap, is_exact=is_exact)

    def _over_a_second_name(self, words: Sequence[Word], name: LastName) -> Iterator[Hit]:
        """„Anna Maria Müller“ may be the listed „Anna Müller“."""
        second = name.first - 1
        if not second or words[second].gap not in _WITHIN_NAME or not self._is_first(words[second]):
            return
        for bearer in _with_first_name(name, words[second - 1]):
            if not _bears(bearer, words[second]):
                yield _hit(bearer, second - 1, name.end, words[name.first].gap, is_exact=False)

    def _is_first(self, word: Word) -> bool:
        return any(one in self._first_names for one in word.spellings)


def without_overlaps(hits: Iterable[Hit]) -> list[Hit]:
    """Keep the best of the finds that share words; equals for the same words all stay."""
    taken: dict[int, Hit] = {}
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.rank, one.gap, one.first - one.end, one.first)):
        rivals = [taken[place] for place in range(hit.first, hit.end) if place in taken]
        same = all(
            (one.first, one.end, one.rank) == (hit.first, hit.end, hit.rank) for one in rivals
        )
        if same:
            kept.append(hit)
            taken.update(dict.fromkeys(range(hit.first, hit.end), hit))
    return kept


def _hit(bearer: Bearer, first: int, end: int, gap: Gap, *, is_exact: bool) -> Hit:
    rank = Rank.APART if gap is Gap.LINE else Rank.FULL
    if not is_exact or bearer.has_particle_left_out:
        rank = Rank.DOUBTFUL
    return Hit(bearer.person, first, end, rank, gap)


def _gap(words: Sequence[Word], position: int) -> Gap:
    return words[position].gap if position < len(words) else Gap.BREAK


def _with_first_name(name: LastName, word: Word) -> list[Bearer]:
    found = {
        bearer.person.person_id: bearer
        for spelling in word.spellings
        for bearer in name.bearers.get(spelling, ())
    }
    return list(found.values())


def _bears(bearer: Bearer, word: Word) -> bool:
    return any(one in bearer.words for one in word.spellings)


def _is_whole(bearer: Bearer, words: Sequence[Word]) -> bool:
    """Tell whether the words are whole first names of the person, in the listed order or not."""
    printed = {one for word in words for one in word.spellings}
    return any(
        set(name) <= printed and len(name) <= len(words)
        for whole in bearer.first_names
        for name in whole
    )
