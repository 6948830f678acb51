"""How is something asked that may hang, such as a database or a scanner on another machine?"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class _Run(Generic[T]):
    """One question on its way."""

    def __init__(self) -> None:
        self.is_over = Event()
        self.answer: T | None = None


class Bounded(Generic[T]):
    """Asks one at a time, in a thread of its own, and never waits longer than a limit.

    Whoever asks while a question is on its way waits for the same answer: what hangs costs one
    thread, not one for each request.
    """

    def __init__(self, ask: Callable[[], T], *, seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._lock = Lock()
        self._running: _Run[T] | None = None

    def __call__(self) -> T | None:
        """Return the answer; None: there was an error, or no answer in time."""
        with self._lock:
            run = self._running
            if run is None:
                run = self._running = _Run()
                Thread(target=self._answer, args=(run,), daemon=True).start()
        run.is_over.wait(self._seconds)
        return run.answer

    def _answer(self, run: _Run[T]) -> None:
        try:
            run.answer = self._ask()
        except Exception:  # noqa: BLE001 - whatever it is, there is no answer
            run.answer = None
        finally:
            with self._lock:
                self._running = None
            run.is_over.set()
