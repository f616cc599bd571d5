"""The tokens that customers present at Netra's doors, valid ones and those that must not open."""

import time
import uuid
from collections.abc import Sequence

import jwt

_ISSUER = "netra-auth-service"
_AUDIENCE = "netra-platform"
_LIFETIME_SECONDS = 3600


def sign(secret: str, user: str, email: str, permissions: Sequence[str] = (), *, expires_in: int | None = None) -> str:
    """A token as the auth service issues it; `expires_in` in seconds, negative for one that is over."""
    lifetime = _LIFETIME_SECONDS if expires_in is None else expires_in
    return jwt.encode(_claims(user, email, permissions, lifetime), secret, algorithm="HS256")


def unsigned(user: str, email: str) -> str:
    """A token that claims to need no signature, and lacks nothing else."""
    return jwt.encode(_claims(user, email, (), _LIFETIME_SECONDS), key="", algorithm="none")


def altered(token: str) -> str:
    """The same token with one character of its signature changed, in a place that counts."""
    head, _, signature = token.rpartition(".")
    changed = "A" if signature[3] != "A" else "B"
    return f"{head}.{signature[:3]}{changed}{signature[4:]}"


def _claims(user: str, email: str, permissions: Sequence[str], lifetime: int) -> dict[str, object]:
    now = int(time.time())
    return {
        "sub": user,
        "iat": now - 7200,
        "exp": now + lifetime,
        "jti": str(uuid.uuid4()),
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "token_type": "access",
        "email": email,
        "permissions": list(permissions),
        "env": "acceptance",
    }
