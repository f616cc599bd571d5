"""The tables, and the command that makes them.

Only `threads` and `repeats` refer to `users`, and everything else to its thread or analysis, so that removing a
person takes locks in the same order as a worker does (user, thread, analysis, rest) and the two never block each
other for good. `audit` refers to nobody: what it proves outlives whom it speaks of.
"""

from __future__ import annotations

import asyncpg

from support.reference.keeping import KEEPING

STATEMENTS = """
CREATE TABLE IF NOT EXISTS users (
    id text PRIMARY KEY,
    email text NOT NULL,
    company text NOT NULL,
    company_name text,
    segment text,
    cloud_accounts jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS threads (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
    metadata_ jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_sequence bigint NOT NULL DEFAULT 0,
    last_position bigint NOT NULL DEFAULT 0,
    phase_before text,
    folded_title text NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS threads_of_user ON threads (user_id, created_at DESC, id);
CREATE TABLE IF NOT EXISTS messages (
    id text PRIMARY KEY,
    thread_id text NOT NULL REFERENCES threads ON DELETE CASCADE,
    position bigint NOT NULL,
    role text NOT NULL CHECK (role IN ('user', 'assistant')),
    content text NOT NULL,
    metadata_ jsonb NOT NULL DEFAULT '{}',
    reply_to text,
    folded text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (thread_id, position)
);
CREATE TABLE IF NOT EXISTS repeats (
    user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
    mark text NOT NULL,
    request text NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (user_id, mark)
);
CREATE TABLE IF NOT EXISTS runs (
    id text PRIMARY KEY,
    thread_id text NOT NULL REFERENCES threads ON DELETE CASCADE,
    user_id text NOT NULL,
    question text NOT NULL,
    question_position bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'preserved', 'completed', 'failed', 'expired')),
    attempt integer NOT NULL DEFAULT 1,
    epoch bigint NOT NULL DEFAULT 1,
    holder text,
    lease_until timestamptz,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    deadline_at timestamptz NOT NULL,
    ended_at timestamptz,
    result jsonb,
    partial jsonb,
    error jsonb,
    retry_from text,
    choices jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS runs_of_thread ON runs (thread_id, started_at);
CREATE INDEX IF NOT EXISTS runs_unfinished ON runs (lease_until) WHERE status IN ('running', 'preserved');
CREATE TABLE IF NOT EXISTS run_steps (
    run_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
    step text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'done', 'failed')),
    attempt integer NOT NULL,
    result jsonb,
    announced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    PRIMARY KEY (run_id, step)
);
CREATE TABLE IF NOT EXISTS run_exits (
    run_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
    attempt integer NOT NULL,
    exit text NOT NULL CHECK (exit IN
        ('normal_completion', 'user_disconnect', 'error_termination', 'timeout', 'service_shutdown')),
    reason text,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, attempt)
);
CREATE TABLE IF NOT EXISTS reports (
    run_id text PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    text text NOT NULL,
    monthly_savings numeric(18, 2) NOT NULL,
    annual_savings numeric(18, 2) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS updates (
    thread_id text NOT NULL REFERENCES threads ON DELETE CASCADE,
    sequence bigint NOT NULL,
    run_id text NOT NULL,
    user_id text NOT NULL,
    attempt integer NOT NULL,
    type text NOT NULL,
    frame jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (thread_id, sequence)
);
CREATE INDEX IF NOT EXISTS updates_recent ON updates (created_at);
CREATE TABLE IF NOT EXISTS audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    actor_company text NOT NULL,
    action text NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    target_owner text NOT NULL,
    target_company text NOT NULL,
    origin text NOT NULL,
    address text NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_of_company ON audit (target_company, id);
"""

LOCK = 0x4E657472
"""Number of the advisory lock under which tables are made: two instances may migrate at once."""


async def migrate(dsn: str) -> None:
    """Makes what is missing, in one transaction; harmless when nothing is."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            await connection.execute(STATEMENTS)
            await connection.execute(KEEPING)
    finally:
        await connection.close()
