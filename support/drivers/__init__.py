"""The protocols: REST, live connections, PostgreSQL, Redis, and the loop that they live on.

The only place that knows how something is said; imports facts, and is imported by targets, cast,
spec and proof.
"""
