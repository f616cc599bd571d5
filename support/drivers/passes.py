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
    now = int(time.time())
    claims = {
        "sub": user,
        "iat": now - 7200,
        "exp": now + (_LIFETIME_SECONDS if expires_in is None else expires_in),
        "jti": str(uuid.uuid4()),
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "token_type": "access",
        "email": email,
        "permissions": list(permissions),
        "env": "acceptance",
    }
    return jwt.encode(claims, secret, algorithm="HS256")


def unsigned(user: str, email: str) -> str:
    """A token that claims to need no signature."""
    return jwt.encode(
        {
            "sub": user,
            "email": email,
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "token_type": "access",
            "exp": int(time.time()) + _LIFETIME_SECONDS,
        },
        key="",
        algorithm="none",
    )


def altered(token: str) -> str:
    """The same token with one character of its signature changed, in a place that counts."""
    head, _, signature = token.rpartition(".")
    changed = "A" if signature[3] != "A" else "B"
    return f"{head}.{signature[:3]}{changed}{signature[4:]}"
