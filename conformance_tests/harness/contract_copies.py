"""Copies of the contract that implementations serve because their framework describes nothing."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from .contract import CONTRACT_PATH, load_yaml
from .targets import REPOSITORY


def main(arguments: Sequence[str]) -> int:
    """Name the copies that are out of date and return 1; with --write, renew them."""
    stale = list(find_stale_copies(REPOSITORY))
    if "--write" in arguments:
        for path in stale:
            path.write_text(make_copy(), encoding="utf-8")
            print(f"{path.relative_to(REPOSITORY)} is renewed.")
        return 0
    for path in stale:
        print(f"{path.relative_to(REPOSITORY)} is no copy of the contract (--write renews it).")
    return 1 if stale else 0


def find_stale_copies(root: Path) -> Iterator[Path]:
    """Yield the copies that differ from the contract."""
    for path in sorted(root.glob("*_impl/openapi.json")):
        if path.read_text(encoding="utf-8") != make_copy():
            yield path


def make_copy() -> str:
    """Return the contract as JSON."""
    return json.dumps(load_yaml(CONTRACT_PATH), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
