"""The HTML file fetches nothing from anywhere."""

import pytest

from support.report.single_file import sealed

PAGE = """<!DOCTYPE html>
<html><head>
    <meta charset="utf-8">
    <script src="data:text/javascript;base64,MTs="></script>
    {script}
</head><body>See https://example.com</body></html>
"""


@pytest.mark.parametrize(
    "script",
    [
        '<script async src="https://counts.example/tag?id=1"></script>',
        "<script src='http://counts.example/tag'></script>",
        "<script src=//counts.example/tag></script>",
    ],
)
def test_what_would_be_fetched_is_taken_out(script: str) -> None:
    page = sealed(PAGE.format(script=script))
    assert "counts.example" not in page
    assert '<script src="data:text/javascript;base64,MTs="></script>' in page
    assert "See https://example.com" in page


def test_a_browser_is_told_to_fetch_nothing() -> None:
    head = sealed(PAGE.format(script="")).partition("<head>")[2]
    assert head.startswith('<meta http-equiv="Content-Security-Policy" content="default-src ')
    for scheme in ("http", "*", "'self'"):
        assert scheme not in head.partition("content=")[2].partition(">")[0]
