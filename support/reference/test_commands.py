import argparse
import json
from pathlib import Path

import pytest

from support.reference import commands

SETTINGS = {
    "name": "tidy",
    "postgres": "postgresql://nobody@127.0.0.1:1/netra",
    "redis": "redis://127.0.0.1:1/0",
    "model_url": "http://127.0.0.1:1/v1",
    "billing_url": "http://127.0.0.1:1",
    "secret": "long enough for the signature of a token",
}


def test_a_command_that_cannot_be_carried_out_says_so_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "open_journal", lambda name: None)
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(SETTINGS))
    given = argparse.Namespace(command="retain", settings=settings, backups=None, key=None)
    assert commands.run(given) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["command"], told["done"], told["code"]) == ("retain", False, "failed")
    assert told["message"]
