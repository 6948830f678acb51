"""The audit trail lets go of what is old; younger events it keeps, whoever asks."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SQLITE_TRIGGER = """
CREATE TRIGGER audit_event_no_DELETE BEFORE DELETE ON audit_event {when}
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
# Logins and logouts for 30 days, all else for a year; the periods of the city are longer.
IS_YOUNG = """
WHEN OLD.at >= strftime('%Y-%m-%d %H:%M:%S', 'now',
CASE WHEN OLD.action LIKE 'login%' OR OLD.action LIKE 'logout%'
THEN '-30 days' ELSE '-365 days' END)
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_audit_trail() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN {unless} RAISE EXCEPTION 'the audit trail is append-only'; END $$
"""
UNLESS_OLD = """
IF TG_OP = 'DELETE' THEN
  IF starts_with(OLD.action, 'login') OR starts_with(OLD.action, 'logout') THEN
    IF OLD.at < now() - interval '30 days' THEN RETURN OLD; END IF;
  ELSIF OLD.at < now() - interval '365 days' THEN RETURN OLD;
  END IF;
END IF;
"""


def upgrade() -> None:
    _replace(when=IS_YOUNG, unless=UNLESS_OLD)


def downgrade() -> None:
    _replace(when="", unless="")


def _replace(*, when: str, unless: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_event_no_DELETE")
        op.get_bind().exec_driver_sql(SQLITE_TRIGGER.format(when=when))
    else:
        op.get_bind().exec_driver_sql(POSTGRESQL_FUNCTION.format(unless=unless))
