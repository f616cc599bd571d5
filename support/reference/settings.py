"""What one instance of the platform is told before it starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

SHORTEST_SECRET = 32
"""Bytes; a shorter key is weaker than the signature made with it."""


class BadSettings(Exception):
    """The settings cannot be served; the message says which one and why, in one sentence."""


@dataclass(frozen=True)
class Settings:
    """Settings of one instance. All lengths of time are seconds."""

    name: str
    postgres: str
    redis: str
    model_url: str
    billing_url: str
    secret: str
    host: str = "127.0.0.1"
    port: int = 0
    analysis_limit: float = 300.0
    """The longest that one attempt at an analysis may take."""
    lease: float = 2.0
    """How long a silent instance keeps the work that it has begun."""
    grace: float = 3.0
    """How long running attempts may still finish after the order to shut down."""
    connections: float = 12
    """The most connections to PostgreSQL that the instance has at a time."""
    check_interval: float = 60.0
    """The pause between two checks whether everything is still its rightful owner's."""

    def __post_init__(self) -> None:
        for text in ("name", "postgres", "redis", "model_url", "billing_url", "secret", "host"):
            value = getattr(self, text)
            if not isinstance(value, str) or not value:
                raise BadSettings(f"The setting {text} must be a text that is not empty.")
        if len(self.secret.encode()) < SHORTEST_SECRET:
            raise BadSettings(f"The setting secret must have at least {SHORTEST_SECRET} bytes.")
        if isinstance(self.port, bool) or not isinstance(self.port, int) or not 0 <= self.port <= 65535:
            raise BadSettings("The setting port must be a whole number from 0 to 65535.")
        for length in ("analysis_limit", "lease", "check_interval"):
            if not _is_length(getattr(self, length)) or getattr(self, length) <= 0:
                raise BadSettings(f"The setting {length} must be a number of seconds above zero.")
        if not _is_length(self.connections) or self.connections < 1 or self.connections % 1:
            raise BadSettings("The setting connections must be a whole number from 1.")
        if not _is_length(self.grace) or self.grace < 0:
            raise BadSettings("The setting grace must be a number of seconds, zero or more.")

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Settings:
        """Settings from names and values; an unknown or missing name is an error, never ignored."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise BadSettings(f"There is no setting named {unknown[0]}.")
        missing = [
            name for name in ("name", "postgres", "redis", "model_url", "billing_url", "secret") if name not in given
        ]
        if missing:
            raise BadSettings(f"The setting {missing[0]} is missing.")
        return cls(**given)

    @classmethod
    def from_file(cls, path: Path) -> Settings:
        """Settings from a JSON file; raises BadSettings when it cannot be read."""
        try:
            given = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadSettings(f"The settings file {path} cannot be read: {error}.") from error
        if not isinstance(given, dict):
            raise BadSettings(f"The settings file {path} must hold one JSON object.")
        return cls.from_mapping(given)


def _is_length(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
