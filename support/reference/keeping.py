"""The tables about how long conversations are kept, and what must never come back; and the one row of maintenance.

`erasures` refers to nothing: it outlives what it speaks of, so that no backup brings it back.
"""

KEEPING = """
CREATE TABLE IF NOT EXISTS retention_rules (
    company text PRIMARY KEY,
    completed_days integer,
    inactive_days integer,
    any_days integer,
    delete_days integer,
    actor text NOT NULL,
    approved_at timestamptz,
    approved_by text
);
CREATE TABLE IF NOT EXISTS holds (
    thread_id text PRIMARY KEY REFERENCES threads ON DELETE CASCADE,
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS archives (
    thread_id text PRIMARY KEY REFERENCES threads ON DELETE CASCADE,
    packet bytea NOT NULL,
    messages bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE archives ALTER COLUMN packet SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS deleted_threads (
    thread_id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
    reason text NOT NULL,
    packet bytea NOT NULL,
    deleted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS returns (
    thread_id text PRIMARY KEY REFERENCES threads ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS erasures (
    kind text NOT NULL CHECK (kind IN ('user', 'thread')),
    id text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, id)
);
CREATE INDEX IF NOT EXISTS erasures_lately ON erasures (at) WHERE kind = 'user';
CREATE TABLE IF NOT EXISTS maintenance (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    announced_at timestamptz NOT NULL,
    refuses_from timestamptz NOT NULL,
    return_at timestamptz NOT NULL,
    actor text NOT NULL
);
"""
