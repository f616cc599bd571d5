import time
from typing import Any

import jwt
import pytest

from support.reference.identity import Tokens
from support.reference.trouble import Unauthorized

SECRET = "a-secret-of-the-platform-that-is-long-enough"


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    whole: dict[str, Any] = {
        "sub": "ana", "iat": now, "exp": now + 60, "jti": "1", "iss": "netra-auth-service",
        "aud": "netra-platform", "token_type": "access", "email": "ana@Acme.example",
        "permissions": ["audit:read"], "env": "production",
    }  # fmt: skip
    return {name: value for name, value in (whole | changed).items() if value is not None}


def signed(secret: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    return jwt.encode(claims(**changed), secret, algorithm)


def test_a_good_token_names_its_holder_and_company() -> None:
    caller = Tokens(SECRET).from_header("Bearer " + signed())
    assert (caller.user_id, caller.company) == ("ana", "acme.example")
    assert caller.may("audit:read")
    assert not caller.may("audit:write")
    assert not caller.expired()


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer garbage", "garbage"])
def test_nobody_enters_without_a_token(header: str | None) -> None:
    with pytest.raises(Unauthorized):
        Tokens(SECRET).from_header(header)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 1}, {"iss": "somebody"}, {"aud": "elsewhere"}, {"token_type": "refresh"}, {"sub": ""},
        {"email": "no-address"}, {"email": "@acme.example"}, {"permissions": "audit:read"},
        {"permissions": [1]}, {"sub": "a\x00b"}, {"sub": None}, {"exp": None}, {"jti": None}, {"email": None},
        {"iat": None}, {"aud": None}, {"iss": None}, {"token_type": None},
    ],
)  # fmt: skip
def test_every_claim_must_hold(changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        Tokens(SECRET).read(signed(**changed))


def test_only_the_one_algorithm_and_the_one_secret_are_believed() -> None:
    no_key: Any = None
    unsigned = jwt.encode(claims(), no_key, "none")
    stranger = signed(secret="another-secret-that-is-just-as-long-as-it")
    longer = signed(secret=SECRET * 2, algorithm="HS512")
    for token in (unsigned, stranger, longer, signed()[:-4] + "AAAA"):
        with pytest.raises(Unauthorized):
            Tokens(SECRET).read(token)


def test_a_socket_may_bring_its_token_among_the_subprotocols() -> None:
    tokens, token = Tokens(SECRET), signed()
    assert tokens.from_upgrade(None, ["jwt-auth", f"jwt.{token}"]).user_id == "ana"
    for offered in ([], ["jwt-auth"], [f"jwt.{token}"], ["jwt-auth", f"jwt.{token}", f"jwt.{token}"]):
        with pytest.raises(Unauthorized):
            tokens.from_upgrade(None, offered)


def test_a_bad_header_is_not_mended_by_a_good_subprotocol() -> None:
    with pytest.raises(Unauthorized):
        Tokens(SECRET).from_upgrade("Bearer garbage", ["jwt-auth", f"jwt.{signed()}"])
