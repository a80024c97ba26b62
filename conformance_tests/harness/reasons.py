"""Why tests failed: what messages have in common, so that one reason is told once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

FAULT = "- "
# What differs between requests that were answered wrong in one way: who was asked, and for what.
ANSWERED = re.compile(r" answered (\d{3}) \(.*\):$")
DOCUMENTED = re.compile(r" \(documented: [\d, ]+\)$")
NO_ANSWER = re.compile(r"^.*? got no (?:full|usable) answer: ", re.DOTALL)
# What so many tests have in common says more than any one of them.
MANY = 10
SHOWN_FAULTS = 5


def find_reason(message: str) -> str:
    """Return what the messages of failures with one reason have in common."""
    return "\n".join(list_faults(message)) or NO_ANSWER.sub("", message)


def list_faults(message: str) -> list[str]:
    """Return every rule that an answer breaks, without the names of its operation."""
    first, *rest = message.splitlines() or [""]
    status = ANSWERED.search(first)
    told = [line.removeprefix(FAULT) for line in rest if line.startswith(FAULT)]
    return [DOCUMENTED.sub(f": {status[1]}" if status else "", one) for one in told]


def tell_common(messages: Iterable[str]) -> Iterator[str]:
    """Yield the faults that many answers have, and in how many tests."""
    listed = [set(list_faults(message)) for message in messages]
    counts = Counter(fault for faults in listed for fault in sorted(faults))
    for fault, count in counts.most_common(SHOWN_FAULTS):
        if count >= MANY:
            yield f"{count} of {len(listed)}: {fault}"
