"""What a mutant is: one thing that a good server does wrong, and the requirements it breaks."""

from collections.abc import Callable
from dataclasses import dataclass

from .good_server import GoodServer
from .log import Tell, tell_as_it_is
from .messages import Answer, Request

Behaviour = Callable[[Request, GoodServer], Answer]
BEHAVIOUR = "behaviour"


@dataclass(frozen=True)
class Mutant:
    """One wrong thing. At its operations, or everywhere, the proxy answers in its own way."""

    name: str
    kind: str
    sentence: str
    operations: tuple[str, ...]
    violates: tuple[str, ...]
    answer: Behaviour
    tell: Tell = tell_as_it_is

    def concerns(self, operation: str) -> bool:
        """Tell whether a request to an operation is answered in the wrong way."""
        return not self.operations or operation in self.operations


# Those that are written by hand, by their names.
WRITTEN: dict[str, Mutant] = {}


def breaks(*operations: str, violates: tuple[str, ...]) -> Callable[[Behaviour], Behaviour]:
    """Make a mutant of a function that answers every request to these operations.

    Without operations it answers every request there is. Its name and the first line of its
    docstring are those of the mutant.
    """

    def add(behaviour: Behaviour) -> Behaviour:
        name, sentence = _describe(behaviour)
        WRITTEN[name] = Mutant(name, BEHAVIOUR, sentence, operations, violates, behaviour)
        return behaviour

    return add


def breaks_log(*, violates: tuple[str, ...]) -> Callable[[Tell], Tell]:
    """Make a mutant of a function that is told what the log says, and tells it otherwise."""

    def add(tell: Tell) -> Tell:
        name, sentence = _describe(tell)
        WRITTEN[name] = Mutant(name, BEHAVIOUR, sentence, (), violates, _pass_on, tell)
        return tell

    return add


def _pass_on(request: Request, server: GoodServer) -> Answer:
    return server.send(request)


def _describe(function: Behaviour | Tell) -> tuple[str, str]:
    name, sentence = function.__name__, (function.__doc__ or "").partition("\n")[0]
    if name in WRITTEN:
        raise ValueError(f"two mutants are called {name}")
    return name, sentence
