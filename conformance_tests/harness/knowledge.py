"""What is known of a failure beside its test: who else was asked, where to look, its script."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .badges import make_safe
from .failures import Told
from .options import Options
from .others import Others
from .outcomes import Failure
from .repeat import write_command
from .results import Verdict, write_whole
from .sources import find_source
from .targets import Implementation

FOLDER = "scripts"


@dataclass(frozen=True)
class Knowledge:
    """All that a run knows beside its tests."""

    options: Options
    implementations: Mapping[str, Implementation]
    others: Others

    def gather(self, verdict: Verdict, group: str) -> list[Told]:
        """Return the failures of one target with all that is known beside them."""
        return [
            Told(
                verdict.name,
                failure,
                write_command(self.options, verdict.name),
                self._find_source(verdict.name, failure.evidence.operation),
                self.others.find(failure, verdict.name),
                self._place_script(f"{verdict.name}-{group}-{number}", failure),
            )
            for number, failure in enumerate(verdict.outcome.failures, start=1)
        ]

    def write_scripts(self, told: Iterable[Told]) -> None:
        """Write the scripts of failures, in place of those of an earlier run."""
        folder = self.options.results / FOLDER
        shutil.rmtree(folder, ignore_errors=True)
        for one in told:
            if one.script:
                folder.mkdir(exist_ok=True)
                write_whole(one.script, one.failure.evidence.script)

    def _place_script(self, name: str, failure: Failure) -> Path | None:
        if not failure.evidence.script:
            return None
        return self.options.results / FOLDER / f"{make_safe(name)}.sh"

    def _find_source(self, name: str, operation: str | None) -> str | None:
        one = self.implementations.get(name)
        return find_source(one, operation) if one and operation else None
