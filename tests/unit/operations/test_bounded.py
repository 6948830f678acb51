"""What may hang costs a short wait, and one thread."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

from selfcheck.operations.bounded import Bounded


def test_an_answer_in_time():
    assert Bounded(lambda: 42, seconds=5)() == 42


def test_an_error_is_no_answer():
    def fail() -> int:
        raise OSError("somewhere")

    ask = Bounded(fail, seconds=5)

    assert ask() is None
    assert ask() is None, "the first error must not block the next question"


def test_what_hangs_is_not_waited_for_and_not_asked_twice():
    asked, release = [], Event()

    def hang() -> str:
        asked.append(1)
        release.wait(10)
        return "late"

    ask = Bounded(hang, seconds=0.1)
    started_at = monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(), range(8)))

    assert answers == [None] * 8
    assert monotonic() - started_at < 5
    assert len(asked) == 1
    release.set()


def test_after_a_late_answer_it_is_asked_anew():
    release, answers = Event(), iter(["late", "fresh"])

    def answer() -> str:
        release.wait(10)
        return next(answers)

    ask = Bounded(answer, seconds=0.05)
    assert ask() is None
    patient = Bounded(lambda: release.wait(10), seconds=10)
    release.set()
    assert patient() is True
    while (told := ask()) == "late":
        pass
    assert told == "fresh"
