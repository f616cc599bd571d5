"""Who is calling: the holder of a token signed by the sign-in service, and nobody else."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import jwt

from support.reference.trouble import Unauthorized

ISSUER = "netra-auth-service"
AUDIENCE = "netra-platform"
ALGORITHM = "HS256"
REQUIRED = ("sub", "iat", "exp", "jti", "iss", "aud", "token_type", "email")


@dataclass(frozen=True)
class Caller:
    """A person whose token was verified. `expires` is in seconds of the wall clock; `address` is where from."""

    user_id: str
    email: str
    permissions: frozenset[str]
    expires: float
    address: str = ""

    @property
    def company(self) -> str:
        """The domain of the e-mail address, which the issuer has verified."""
        return self.email.rpartition("@")[2].lower()

    def may(self, permission: str) -> bool:
        """Whether the token grants the permission."""
        return permission in self.permissions

    def expired(self) -> bool:
        """Whether the token has run out since it was read."""
        return time.time() >= self.expires


class Tokens:
    """Reads tokens. Strict: one algorithm, one issuer, one audience, every claim present, nothing guessed."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read(self, token: str | None) -> Caller:
        """The caller whom the token names; raises Unauthorized for anything that does not hold."""
        if not token:
            raise Unauthorized
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": list(REQUIRED)},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Unauthorized from error
        user_id, email, permissions = claims["sub"], claims["email"], claims.get("permissions", [])
        if claims["token_type"] != "access" or not isinstance(user_id, str) or not user_id:
            raise Unauthorized
        if not isinstance(email, str) or not all(email.rpartition("@")[::2]):
            raise Unauthorized
        if not isinstance(permissions, list) or not all(isinstance(entry, str) for entry in permissions):
            raise Unauthorized
        if "\x00" in user_id + email:
            raise Unauthorized
        return Caller(user_id, email, frozenset(permissions), float(claims["exp"]))

    def from_header(self, header: str | None) -> Caller:
        """The caller named by an `Authorization: Bearer` header."""
        scheme, _, token = (header or "").partition(" ")
        return self.read(token.strip() if scheme.lower() == "bearer" else None)

    def from_upgrade(self, header: str | None, subprotocols: Iterable[str]) -> Caller:
        """The caller of a socket: by header, or by the subprotocols `jwt-auth, jwt.<token>`."""
        if header is not None:
            return self.from_header(header)
        offered = list(subprotocols)
        tokens = [entry.removeprefix("jwt.") for entry in offered if entry.startswith("jwt.")]
        return self.read(tokens[0] if "jwt-auth" in offered and len(tokens) == 1 else None)
