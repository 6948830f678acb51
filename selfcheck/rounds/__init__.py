"""Rounds: the commissioner asks units for a self-check until a day."""
