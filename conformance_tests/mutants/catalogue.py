"""All mutants: those that the contract gives, and those that somebody thought of."""

from collections.abc import Mapping
from functools import cache

from conformance_tests.harness.plugin import get_contract, get_register

from . import behaviour  # noqa: F401 (to read the files is to fill the table)
from .generated import generate
from .mutant import WRITTEN, Mutant


@cache
def load_mutants() -> Mapping[str, Mutant]:
    """Return every mutant by its name, the generated ones first."""
    generated = {one.name: one for one in generate(get_contract(), get_register())}
    return {**generated, **WRITTEN}


def list_without_mutant() -> list[str]:
    """Return the requirements that no mutant breaks."""
    broken = {one for mutant in load_mutants().values() for one in mutant.violates}
    return [one for one in get_register().by_id if one not in broken]
