"""Backups: one file that holds everything, put back only if it is whole."""
