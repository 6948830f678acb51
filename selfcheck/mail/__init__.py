"""Mails to users: an outbox in the database, and the same messages within the application."""
