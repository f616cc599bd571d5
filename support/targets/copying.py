"""Copies a prepared data directory; runs in a process of its own, as the user who owns the copy."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str]) -> int:
    """Copies the directory `argv[0]` to `argv[1]`, which does not exist yet; modes are kept."""
    source, target = Path(argv[0]), Path(argv[1])
    target.mkdir(mode=0o700)
    for folder, folders, files in os.walk(source):
        into = target / Path(folder).relative_to(source)
        for name in folders:
            (into / name).mkdir(mode=0o700)
        for name in files:
            shutil.copyfile(os.path.join(folder, name), into / name)
    return 0
