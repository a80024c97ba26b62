"""A plugin of pytest: `--requirement ID` keeps the tests that name one of these requirements."""

import pytest

from conformance_tests.harness.plugin import find_requirements


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the ids from the command line."""
    parser.addoption("--requirement", action="append", metavar="ID")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what was asked for."""
    wanted = set(config.getoption("--requirement") or ())
    chosen = [item for item in items if not wanted or wanted.intersection(find_requirements(item))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen
