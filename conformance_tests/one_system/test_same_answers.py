"""No probe is answered differently, but where implementation_defined.yaml lists it."""

from collections.abc import Mapping
from concurrent.futures import Future

from .comparison import compare_all
from .system import System


def test_probes_differ_only_as_listed(systems: Mapping[str, Future[System]]) -> None:
    first, *_ = systems.values()
    compared = compare_all(first.result())
    defects = {f"{one.probe.rule} {one.probe.name}": one.defects for one in compared}
    assert {name: found for name, found in defects.items() if found} == {}
