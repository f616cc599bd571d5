"""The tokens that customers present at Netra's doors, valid ones and those that must not open."""

import base64
import json
import time
import uuid
from collections.abc import Mapping, Sequence

import jwt

_ISSUER = "netra-auth-service"
_AUDIENCE = "netra-platform"
_LIFETIME_SECONDS = 3600


def sign(
    secret: str,
    user: str,
    email: str,
    permissions: Sequence[str] = (),
    *,
    expires_in: int | None = None,
    algorithm: str = "HS256",
    claims: Mapping[str, object] | None = None,
) -> str:
    """A token as the auth service issues it, or one with something wrong about it.

    Args:
        expires_in: seconds, negative for one that is over.
        algorithm: how it is signed; the auth service knows one way only.
        claims: what it says otherwise than it ought to; None as a value leaves the claim out.
    """
    lifetime = _LIFETIME_SECONDS if expires_in is None else expires_in
    said = {**_claims(user, email, permissions, lifetime), **(claims or {})}
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm)


def unsigned(user: str, email: str) -> str:
    """A token that claims to need no signature, and lacks nothing else."""
    return jwt.encode(_claims(user, email, (), _LIFETIME_SECONDS), key="", algorithm="none")


def altered(token: str) -> str:
    """The same token with one character of its signature changed, in a place that counts."""
    head, _, signature = token.rpartition(".")
    changed = "A" if signature[3] != "A" else "B"
    return f"{head}.{signature[:3]}{changed}{signature[4:]}"


def rewritten(token: str, user: str) -> str:
    """The same token, which now names somebody else over the old signature."""
    head, body, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    changed = base64.urlsafe_b64encode(json.dumps({**said, "sub": user}).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"


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
