"""Which of our people does a certificate name?

A name is sure when first and last name stand side by side and only one listed person bears it, or
when a Personalnummer stands with its owner's last name. Where several people are named, each is to
be checked. Names of speakers and signers rank below those of participants. The index is built once
for all people; a text then costs about one look-up a word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from selfcheck.training.reading.guess import Certainty
from selfcheck.training.reading.hits import (
    Hit,
    LastName,
    Listed,
    NameIndex,
    Rank,
    without_overlaps,
)
from selfcheck.training.reading.names import Word, close_up, name_parts, spellings, words_of
from selfcheck.training.reading.signers import SignerPlaces
from selfcheck.training.reading.text import line_after, line_before, tidy

__all__ = ["MOST_MATCHES", "Listed", "Match", "People", "PeopleIndex"]

MOST_MATCHES = 5
# More people than sign the longest list; what repeats one name without end need not be read on.
_MOST_FINDS = 2000
_LABELLED_NUMBER = re.compile(
    r"\b(?:Personal-?\s?(?:nummer|nr)|Pers\.?\s?-?\s?Nr|PNr)\b\.?\s?:?\s?"
    r"(?P<number>[0-9A-Za-z][0-9A-Za-z/-]{0,19})(?!\w)",
    re.IGNORECASE,
)
# In a list of participants the number stands beside the name; shorter ones may be years.
_BARE_NUMBER = re.compile(r"(?<![\w.,:/-])(?P<number>[0-9]{5,20})(?![\w/-])")


@dataclass(frozen=True)
class Match:
    """A listed person whom a certificate seems to name."""

    person: Listed
    certainty: Certainty


@dataclass(frozen=True)
class People:
    """The matches, best first, at most MOST_MATCHES, and how many others there are."""

    matches: tuple[Match, ...] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class _Numbers:
    """People whose Personalnummer stands in the text; `printed` are the labelled numbers."""

    with_last_name: tuple[Listed, ...]
    alone: tuple[Listed, ...]
    printed: tuple[str, ...]

    def contradict(self, person: Listed) -> bool:
        """Tell whether the text names numbers, and none of them is this person's."""
        own = person.number.lstrip("0")
        return bool(self.printed) and own not in {one.lstrip("0") for one in self.printed}


class PeopleIndex:
    """Listed people by name and number."""

    def __init__(self, people: Iterable[Listed]) -> None:
        listed = list(people)
        self._names = NameIndex(listed)
        self._by_number: dict[str, list[Listed]] = defaultdict(list)
        for person in listed:
            if person.number:
                self._by_number[person.number.casefold()].append(person)

    def find(self, text: str) -> People:
        """Return whom a text names; any string is accepted."""
        text = close_up(tidy(text))
        words = words_of(text)
        places = list(self._names.last_names(words))
        signers = SignerPlaces(text)
        finds = (hit for place in places for hit in self._names.full_names(words, place))
        kept = without_overlaps(islice(finds, _MOST_FINDS))
        hits = [_ranked(hit, words, signers) for hit in kept]
        numbers = self._numbers(text)
        matches = _judged(hits, numbers)
        is_named = any(hit.rank is not Rank.SIGNER for hit in hits)
        if not is_named and not numbers.with_last_name:
            weak = list(_by_last_name(places, words, signers))
            matches = _with_weak(matches, weak)
        return People(tuple(matches[:MOST_MATCHES]), max(0, len(matches) - MOST_MATCHES))

    def _numbers(self, text: str) -> _Numbers:
        with_last_name: dict[Listed, None] = {}
        alone: dict[Listed, None] = {}
        printed = []
        everywhere: set[str] | None = None
        for match in _LABELLED_NUMBER.finditer(text):
            if not any(one.isdigit() for one in match["number"]):
                continue
            printed.append(match["number"])
            for person in self._by_number.get(match["number"].casefold(), ()):
                if everywhere is None:
                    everywhere = _spellings_in(text)
                found = with_last_name if _has_last_name(person, everywhere) else alone
                found[person] = None
        for match in _BARE_NUMBER.finditer(text):
            for person in self._by_number.get(match["number"], ()):
                line = line_before(text, match.start()) + " " + line_after(text, match.end())
                if _has_last_name(person, _spellings_in(line)):
                    with_last_name[person] = None
        alone = {one: None for one in alone if one not in with_last_name}
        return _Numbers(tuple(with_last_name), tuple(alone), tuple(printed))


def _spellings_in(text: str) -> set[str]:
    return {one for word in words_of(text) for one in word.spellings}


def _has_last_name(person: Listed, printed: set[str]) -> bool:
    parts = name_parts(person.last_name)
    return bool(parts) and all(printed.intersection(spellings(part)) for part in parts)


def _ranked(hit: Hit, words: Sequence[Word], signers: SignerPlaces) -> Hit:
    first, last = words[hit.first], words[hit.end - 1]
    is_signer = signers.contain(first.start, last.end, is_addressed=first.is_addressed)
    return replace(hit, rank=Rank.SIGNER) if is_signer else hit


def _judged(hits: Sequence[Hit], numbers: _Numbers) -> list[Match]:
    """Put the people in order, and say of each whether it is sure."""
    best: dict[Listed, Hit] = {}
    for hit in sorted(hits, key=lambda one: (one.rank, one.first)):
        best.setdefault(hit.person, hit)
    order = dict.fromkeys(
        [
            *numbers.with_last_name,
            *(one for one, hit in best.items() if hit.rank is not Rank.SIGNER),
            *numbers.alone,
            *best,
        ]
    )
    matches = [Match(one, Certainty.CHECK) for one in order]
    # Nobody but the best can be sure: whoever else is named makes a doubt, or ranks below.
    if matches and _is_sure(matches[0].person, best, numbers):
        matches[0] = Match(matches[0].person, Certainty.SURE)
    return matches


def _is_sure(person: Listed, best: dict[Listed, Hit], numbers: _Numbers) -> bool:
    own = best.get(person)
    if any(one != person for one in (*numbers.with_last_name, *numbers.alone)):
        return False
    rivals = [hit for one, hit in best.items() if one != person and hit.rank is not Rank.SIGNER]
    if person in numbers.with_last_name:
        # The number decides between people of one name, but not between two names.
        return all(own and (own.first, own.end) == (hit.first, hit.end) for hit in rivals)
    is_full = own is not None and own.rank is Rank.FULL
    return is_full and not rivals and not numbers.contradict(person)


def _with_weak(matches: Sequence[Match], weak: Sequence[Hit]) -> list[Match]:
    """Add bearers of a mere last name: after „Frau“ before signers, else only if there are none."""
    known = {match.person for match in matches}
    addressed = [one.person for one in weak if one.rank is Rank.ADDRESSED]
    people = addressed or ([] if matches else [one.person for one in weak])
    return [*(Match(one, Certainty.CHECK) for one in people if one not in known), *matches]


def _by_last_name(
    places: Iterable[LastName], words: Sequence[Word], signers: SignerPlaces
) -> Iterator[Hit]:
    """Yield the bearers of a last name that stands alone, those after „Frau“ or „Herr“ first."""
    ranks: dict[int, tuple[Rank, LastName]] = {}
    for place in places:
        word = words[place.first]
        if not word.is_capital and place.end - place.first == 1:
            continue  # „lang“ is an adjective, „Lang“ may be a name
        if signers.contain(word.start, words[place.end - 1].end, is_addressed=word.is_addressed):
            continue
        rank = Rank.ADDRESSED if word.is_addressed else Rank.LAST_NAME
        known = ranks.get(id(place.bearers))
        if known is None or rank < known[0]:
            ranks[id(place.bearers)] = (rank, place)
    seen: set[Listed] = set()
    for rank, place in sorted(ranks.values(), key=lambda one: (one[0], one[1].first)):
        for bearer in place.bearers[""]:
            if bearer.person not in seen:
                seen.add(bearer.person)
                yield Hit(bearer.person, place.first, place.end, rank, words[place.first].gap)
