"""Requests for support, from an office to the commissioner, and the answers."""
