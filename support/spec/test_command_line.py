import pytest

from support.spec.command_line import NEXT_ACTION, refusal

KNOWN = ["--order", "--patience", "--noconftest", "-n"]


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("unrecognized arguments: --nonsense", "There is no option --nonsense."),
        ("unrecognized arguments: --ord=random", "There is no option --ord; the nearest is --order."),
        ("unrecognized arguments: --patient=a b --x", "There is no option --patient, --x; the nearest is --patience."),
        (
            "argument --order: expected one argument",
            "The command line cannot be read: argument --order: expected one argument.",
        ),
    ],
)
def test_is_told_in_one_sentence(message: str, cause: str) -> None:
    trouble = refusal(message, KNOWN)
    assert (trouble.cause, trouble.next_action) == (cause, NEXT_ACTION)
