import json
from pathlib import Path
from typing import Any

import pytest

from support.reference.__main__ import main
from support.reference.settings import BadSettings, Settings

GIVEN: dict[str, Any] = {
    "name": "one", "postgres": "postgresql://x", "redis": "redis://x", "model_url": "http://x/v1",
    "billing_url": "http://x/billing", "secret": "s" * 32,
}  # fmt: skip


def test_what_is_not_given_has_its_documented_default() -> None:
    settings = Settings.from_mapping(GIVEN)
    assert (settings.analysis_limit, settings.lease, settings.grace) == (300.0, 2.0, 3.0)


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_a_missing_setting_is_named(missing: str) -> None:
    with pytest.raises(BadSettings, match=missing):
        Settings.from_mapping({name: value for name, value in GIVEN.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [("analysis_limit", 0), ("lease", -1), ("grace", -0.1), ("lease", "2"), ("grace", True), ("port", 70000),
     ("secret", "short"), ("name", ""), ("postgres", 5), ("lesae", 2.0)],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_named(name: str, value: object) -> None:
    with pytest.raises(BadSettings, match=name):
        Settings.from_mapping({**GIVEN, name: value})


def test_settings_that_cannot_be_served_end_the_command_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({**GIVEN, "secret": "short"}))
    assert main(["serve", "--settings", str(file)]) == 2
    assert "secret" in capsys.readouterr().err
