"""What must be true before an embedded run starts; for the controller, before there are workers."""

from support.targets.binaries import Binaries, find
from support.targets.embedded import EmbeddedSettings
from support.targets.ports import Ports
from support.targets.room import ROOM, check_room
from support.targets.site import Site


def check(settings: EmbeddedSettings, workers: int = 1) -> Binaries:
    """The programs that the run will use.

    Args:
        settings: how deployments are to be made.
        workers: how many processes will make deployments at once.

    Raises:
        CannotRun: a program is missing or does not run, there is no room, or there are no free ports.
    """
    check_room(settings.place, ROOM * workers)
    binaries = find(settings.postgres, settings.redis)
    ports = Ports()
    ports.release(ports.reserve(Site.PORTS * workers))
    return binaries
