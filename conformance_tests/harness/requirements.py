"""The register of requirements: what a test can be about, chapter by chapter."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from .contract import CONTRACT_PATH, Contract, load_yaml

REGISTER_PATH = CONTRACT_PATH.with_name("requirements.yaml")
EVERY_OPERATION = "*"
# Whom a requirement is about: the application, or the HTTP server in front of it.
GROUPS = APPLICATION, SERVER = ("application", "server")


@dataclass(frozen=True)
class Chapter:
    """One chapter. `holds` says what of it is there as long as it is not complete."""

    number: int
    area: str
    title: str
    complete: bool
    holds: str = ""


@dataclass(frozen=True)
class Requirement:
    """One promise of the API."""

    id: str
    chapter: int
    level: str
    text: str
    operations: tuple[str, ...]
    source: str
    since: str
    statuses: tuple[int, ...] = ()
    openapi: str | None = None
    group: str = APPLICATION

    def pairs(self, contract: Contract) -> Iterator[tuple[str, int]]:
        """Yield the documented answers this is about, as operation and status."""
        for operation in contract.operations.values():
            if operation.operation_id in self.operations or self.is_about_every_operation:
                yield from (
                    (operation.operation_id, status)
                    for status in self.statuses
                    if status in operation.responses
                )

    @property
    def subject(self) -> str:
        """The middle word of the id, which requirements of one subject share."""
        return self.id.split("-")[1]

    @property
    def is_about_every_operation(self) -> bool:
        """Whether no operation is named because all are meant."""
        return EVERY_OPERATION in self.operations


@dataclass(frozen=True)
class Register:
    """All chapters and requirements, in the order of the file. `retired` ids are used up."""

    chapters: tuple[Chapter, ...]
    requirements: tuple[Requirement, ...]
    retired: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Requirement]:
        """Every requirement under its id."""
        return {requirement.id: requirement for requirement in self.requirements}

    def in_chapter(self, number: int) -> list[Requirement]:
        """Return the requirements of one chapter."""
        return [one for one in self.requirements if one.chapter == number]

    def in_group(self, group: str) -> "Register":
        """Return the register as if there were the requirements of one group only."""
        chosen = tuple(one for one in self.requirements if one.group == group)
        return replace(self, requirements=chosen)

    def only_chapter(self, number: int | None) -> "Register":
        """Return the register as if there were one chapter only, or all of it for None."""
        if number is None:
            return self
        return replace(
            self,
            chapters=tuple(one for one in self.chapters if one.number == number),
            requirements=tuple(self.in_chapter(number)),
        )

    def find_first(self, operation: str, status: int) -> str | None:
        """Return the first requirement that is about an answer of an operation by its name."""
        for one in self.requirements:
            if operation in one.operations and status in one.statuses:
                return one.id
        return None

    def find_groups(self, ids: Iterable[str]) -> set[str]:
        """Return the groups of the requirements that a test names: one, unless it is faulty."""
        return {self.by_id[one].group for one in ids if one in self.by_id}


def load_register(path: Path = REGISTER_PATH) -> Register:
    """Read the register from its file. Raises TypeError for a member that is not known."""
    document = load_yaml(path)
    return Register(
        chapters=tuple(Chapter(**chapter) for chapter in document["chapters"]),
        requirements=tuple(_read(entry) for entry in document["requirements"]),
        retired=tuple(document.get("retired") or ()),
    )


def _read(entry: Mapping[str, Any]) -> Requirement:
    lists = {key: tuple(entry.get(key, ())) for key in ("operations", "statuses")}
    return Requirement(**{**entry, **lists})
