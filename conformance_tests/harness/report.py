"""The end of a run: reports written, the summary printed, the exit code chosen."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from rich.console import Console

from . import summary
from .badges import write_badges
from .controller import Controller
from .details import describe_details
from .exits import Exit
from .failures import fold, tell_failures
from .html_report import write_html
from .knowledge import Knowledge
from .known_failures import Review, is_explained, load_known, review, write_known
from .markdown_report import write_markdown
from .options import Options
from .patience import GIVEN_UP, LEFT
from .plugin import get_contract, get_register
from .requirements import APPLICATION, GROUPS, SERVER, Register
from .results import Verdict, decide, describe_run, weighs, write_json
from .targets import Implementation


@dataclass(frozen=True)
class Beginning:
    """When a run began."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)


class Report:
    """What one run found."""

    def __init__(
        self,
        options: Options,
        controller: Controller,
        beginning: Beginning,
        implementations: Mapping[str, Implementation],
    ) -> None:
        self._options = options
        self._beginning = beginning
        self._observations = controller.observations
        self._knowledge = Knowledge(options, implementations, controller.read_others())
        self._answered = controller.deployment.answered
        self._troubles = _find_troubles(controller)
        self._missing = self._find_missing()
        gaps = {*self._missing, *self._troubles}
        self._application, self._server = map(get_register().in_group, GROUPS)
        self._verdicts = [
            decide(name, outcome, self._application, complete=self._is_whole and name not in gaps)
            for name, outcome in controller.outcomes.by_group[APPLICATION].items()
        ]
        self._servers = [
            decide(name, outcome, self._server, complete=True)
            for name, outcome in controller.outcomes.by_group[SERVER].items()
        ]
        self._told = {
            (group, one.name): self._knowledge.gather(one, group)
            for group, verdicts in zip(GROUPS, (self._verdicts, self._servers), strict=True)
            for one in verdicts
        }
        self._reviews = self._review_known()

    def write(self) -> None:
        """Replace the reports, and the list of known failures where that is asked for."""
        results = self._options.results
        own = self._options.base_url is None
        content = describe_run(
            self._verdicts,
            self._servers,
            started_at=self._beginning.at,
            database=self._options.database if own else None,
            server=self._profile,
        )
        write_json(results / "conformance.json", content)
        details = self._describe_details(content)
        write_html(results / "report.html", details)
        write_markdown(results / "summary.md", details)
        write_badges(results / "badges", details)
        self._knowledge.write_scripts(chain.from_iterable(self._told.values()))
        if self._options.updates_known:
            outcomes = [(one.name, one.outcome) for one in self._verdicts]
            write_known(self._options.known_failures, outcomes)
            self._reviews = self._review_known()

    def _describe_details(self, run: Mapping[str, Any]) -> dict[str, Any]:
        return describe_details(
            run,
            chain.from_iterable(self._told.values()),
            [*self._verdicts, *self._servers],
            self._observations,
            register=get_register(),
            contract=get_contract(),
        )

    def _review_known(self) -> Mapping[str, Review]:
        known, is_whole = load_known(self._options.known_failures), self._is_whole
        return {
            one.name: review(known, one.name, one.outcome, is_whole=is_whole)
            for one in self._verdicts
        }

    def show(self, console: Console) -> None:
        """Print the summary."""
        for line in self._tell():
            console.print(line)

    @property
    def exit_code(self) -> Exit:
        """What the command ends with. The gravest finding decides."""
        if self._troubles:
            return Exit.NO_SERVER
        if any(
            self._find_unexplained(one) or self._reviews[one.name].surprises
            for one in self._verdicts
        ):
            return Exit.NOT_CONFORMANT
        if any(one.outcome.counts["errors"] for one in (*self._verdicts, *self._servers)):
            return Exit.SUITE_FAILED
        if self._has_judged and self._find_untold():
            return Exit.SUITE_FAILED
        if not self._has_judged:
            return Exit.SUITE_FAILED if self._is_whole else Exit.WRONG_ARGUMENTS
        if self._is_whole and self._options.base_url is None and self._find_unproven():
            return Exit.SUITE_FAILED
        return Exit.CONFORMANT

    @property
    def _has_judged(self) -> bool:
        counts = [one.outcome.counts for one in (*self._verdicts, *self._servers)]
        return any(one.total() > one["skipped"] for one in counts)

    def _find_untold(self) -> list[str]:
        """Return the targets of which nothing came, though tests ran for others."""
        return [
            one.name
            for one, its in self._pairs
            if not (one.outcome.counts.total() or its.outcome.counts.total())
        ]

    @property
    def _profile(self) -> str | None:
        return self._options.server if self._options.base_url is None else None

    @property
    def _shown(self) -> Register:
        """The requirements of which the matrix tells: those of the chapter that was asked for."""
        return self._application.only_chapter(self._options.chapter)

    @property
    def _is_whole(self) -> bool:
        return self._options.chapter is None and not self._options.for_pytest

    def _find_unproven(self) -> list[str]:
        return [one.name for one in self._verdicts if one.verdict in ("partial", "not run")]

    def _is_surprising(self, verdict: Verdict) -> bool:
        return self._find_unexplained(verdict) or bool(self._reviews[verdict.name].surprises)

    def _find_unexplained(self, verdict: Verdict) -> bool:
        """Tell whether something fails that nobody knows of."""
        explained = self._reviews[verdict.name].explained
        return any(
            weighs(failure, self._application) and not is_explained(failure, explained)
            for failure in verdict.outcome.failures
        )

    def _find_missing(self) -> dict[str, list[str]]:
        if not self._is_whole:
            return {}
        names = [name for name in self._options.targets if name not in self._troubles]
        found = {name: self._observations.find_missing(name, get_contract()) for name in names}
        return {name: lines for name, lines in found.items() if lines}

    def _tell(self) -> Iterator[str]:
        yield ""
        yield from summary.draw_matrix(self._verdicts, self._shown)
        yield from summary.draw_server(self._servers, self._profile)
        yield ""
        for verdict, its_server in self._pairs:
            yield from self._tell_failures(verdict, its_server)
        yield from summary.tell_missing(self._missing)
        yield from self._troubles.values()
        for verdict, its_server in self._pairs:
            trouble = self._troubles.get(verdict.name)
            yield from summary.tell_verdict(verdict, self._application, trouble=trouble)
            yield from summary.tell_server(its_server)
            yield from self._tell_known(verdict)
        yield from self._tell_end()

    @property
    def _pairs(self) -> Iterable[tuple[Verdict, Verdict]]:
        return zip(self._verdicts, self._servers, strict=True)

    def _tell_failures(self, verdict: Verdict, its_server: Verdict) -> Iterator[str]:
        yield from tell_failures(self._told[APPLICATION, verdict.name], self._application)
        # What a server is known to do would hide the rest: it is told to who asks for it alone.
        if not verdict.outcome.counts.total():
            yield from tell_failures(self._told[SERVER, verdict.name], self._server)

    def _tell_known(self, verdict: Verdict) -> Iterator[str]:
        found = self._reviews[verdict.name]
        for line in found.surprises:
            yield from fold(f"known failures: {line}.")
        if found.explained and not self._find_unexplained(verdict):
            yield from fold(f"known, and nothing else fails: {', '.join(sorted(found.explained))}.")

    def _tell_end(self) -> Iterator[str]:
        if not self._has_judged and not self._troubles:
            yield "Nothing was judged: no test that was chosen has judged an answer."
        elif self.exit_code == Exit.SUITE_FAILED:
            yield from summary.tell_gap(self._find_unproven())
        seen = {name: self._observations.count_statuses(name) for name in self._options.targets}
        pairs = ", ".join(f"{name} {count}" for name, count in seen.items())
        yield f"operation × status pairs observed: {pairs}"
        if self._answered:
            told = ", ".join(f"{name} {count}" for name, count in sorted(self._answered.items()))
            yield f"requests answered: {told}"
        seconds = time.monotonic() - self._beginning.clock
        yield f"reports in {self._options.results}, {seconds:.1f} s in all"


def _find_troubles(controller: Controller) -> dict[str, str]:
    deployment = controller.deployment
    what = f"{LEFT}.\n  See above which got no full answer; nothing was asked after them."
    silent = {
        name: deployment.explain(name, what)
        for outcomes in controller.outcomes.by_group.values()
        for name, outcome in outcomes.items()
        if any(GIVEN_UP in failure.message for failure in outcome.failures)
    }
    return {**silent, **deployment.find_dead(), **deployment.failures}
