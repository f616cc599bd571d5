"""What keeps a run from starting."""


class CannotRun(Exception):
    """Bad input or a missing prerequisite; ends the run with exit code 4 before any scenario starts.

    Args:
        cause: one sentence that names what is wrong.
        next_action: one sentence that says what to do about it.
    """

    def __init__(self, cause: str, next_action: str) -> None:
        super().__init__(cause, next_action)
        self.cause = cause
        self.next_action = next_action

    def __str__(self) -> str:
        return f"{self.cause} {self.next_action}"
