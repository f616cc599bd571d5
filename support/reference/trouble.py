"""What can go wrong, said so that a customer understands it.

A Refusal is an answer: it carries a stable code, the HTTP status of the REST surface and one plain sentence.
The other exceptions never leave the platform; they steer what happens to an attempt.
"""

from __future__ import annotations


class Refusal(Exception):
    """An answer that is a no. `code` and `message` may be shown to a customer as they are."""

    code = "INTERNAL"
    status = 500
    message = "Netra could not do this. Nothing was changed; please try again."
    return_in: float | None = None
    """Seconds after which asking again makes sense, where that is known."""

    def __init__(self, message: str | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(self.message)


class Unauthorized(Refusal):
    """No token, or one that does not hold."""

    code = "UNAUTHORIZED"
    status = 401
    message = "Please sign in."


class Forbidden(Refusal):
    """A caller who is known but may not do this."""

    code = "FORBIDDEN"
    status = 403
    message = "You may not see this."


class NotFound(Refusal):
    """Does not exist, or belongs to somebody else: the two answers are the same to the letter."""

    code = "NOT_FOUND"
    status = 404
    message = "There is nothing here under this name."


class Conflict(Refusal):
    """What was asked does not fit the present state."""

    code = "CONFLICT"
    status = 409
    message = "This cannot be done now."


class Invalid(Refusal):
    """The request cannot be understood; `code` may say more exactly why."""

    code = "INVALID"
    status = 422
    message = "Netra did not understand this request."

    def __init__(self, message: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class Unavailable(Refusal):
    """Storage is away for the moment. Asking again later is right."""

    code = "UNAVAILABLE"
    status = 503
    message = "Netra cannot reach its storage at the moment. Please try again shortly."
    return_in = 5.0


class Uncertain(Unavailable):
    """Storage went away in the very moment of a confirmation: what was asked may be kept, or not."""

    code = "UNCERTAIN"
    message = "Netra cannot tell whether this was kept. Please try again; what is there already is not kept twice."


class Maintenance(Refusal):
    """The instance is being shut down and takes no new work."""

    code = "MAINTENANCE"
    status = 503
    message = "Netra is in maintenance and takes no new questions for a moment. Please try again shortly."
    return_in = 30.0


class Gone(Exception):
    """The other side of a socket is no longer there."""


class CacheAway(Exception):
    """Redis did not answer; PostgreSQL is the truth, so the caller goes on without it."""


class HoldLost(Exception):
    """The attempt is no longer this instance's: ended, taken over or gone. Nothing may be written for it."""


class LimitReached(Exception):
    """The time limit of the attempt has struck."""


class Stopped(Exception):
    """The attempt was told to stop by its own instance."""


class OutsideFailed(Exception):
    """A service outside could not be used; `refused` when it turned the credentials down."""

    def __init__(self, refused: bool = False) -> None:
        super().__init__("refused" if refused else "no usable answer")
        self.refused = refused
