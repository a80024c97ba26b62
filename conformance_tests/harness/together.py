"""Many requests at the same moment, and how they ended."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from .answers import Answer

WAIT_SECONDS = 10.0


def send_together(requests: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Send every request from a thread of its own, all at the same moment."""
    line = Barrier(len(requests))

    def send(request: Callable[[], Answer]) -> Answer:
        line.wait(WAIT_SECONDS)
        return request()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def count(answers: Sequence[Answer]) -> Counter[tuple[int, str]]:
    """Return how often each status came, with the code of each refusal."""
    return Counter(_tell(answer) for answer in answers)


def _tell(answer: Answer) -> tuple[int, str]:
    return answer.problem if answer.content else (answer.status, "None")
