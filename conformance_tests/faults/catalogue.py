"""Every fault there is, in the order in which they are tried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conformance_tests.harness.options import DATABASES

from .big import try_big
from .kill import try_kill
from .names import try_names
from .outage import try_outage
from .refreshes import try_refreshes
from .slow_bodies import try_slow_bodies
from .slow_headers import try_slow_headers
from .stop import try_stop
from .tags import try_tags
from .trial import Finding, Trial


@dataclass(frozen=True)
class Fault:
    """A fault, what it does to whom, and on which databases it can be done."""

    name: str
    sentence: str
    attempt: Callable[[Trial], Finding]
    databases: Sequence[str] = DATABASES


_ALL = (
    Fault("kill", "SIGKILL of the server's processes under load", try_kill),
    Fault("outage", "PostgreSQL crashes and returns under load", try_outage, ("postgresql",)),
    Fault("stop", "SIGTERM with a request in flight", try_stop),
    Fault("names", "50 want one username at once", try_names),
    Fault("tags", "50 change a post by one ETag at once", try_tags),
    Fault("refreshes", "20 use one refresh token at once", try_refreshes),
    Fault("slow-headers", "50 connections send headers byte by byte", try_slow_headers),
    Fault("slow-bodies", "50 connections send bodies byte by byte", try_slow_bodies),
    Fault("big", "a chunked body of 20 MB", try_big),
)
FAULTS = {fault.name: fault for fault in _ALL}
