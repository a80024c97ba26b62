"""How the command ends: its exit codes, and the two ways to stop early with one sentence."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of `python -m conformance_tests`."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    WRONG_ARGUMENTS = 2
    NO_SERVER = 3
    SUITE_FAILED = 4
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """What the code says, in words."""
        return {
            Exit.CONFORMANT: "nothing that was tested breaks the contract, but for what is known",
            Exit.NOT_CONFORMANT: "not conformant",
            Exit.WRONG_ARGUMENTS: "wrong arguments",
            Exit.NO_SERVER: "a server would not start, could not be reached or stopped answering",
            Exit.SUITE_FAILED: "the suite itself failed, or did not observe everything",
            Exit.INTERRUPTED: "interrupted",
        }[self]


class Stop(Exception):
    """The run cannot go on; the message is the sentence for the person who started it."""

    code = Exit.SUITE_FAILED


class WrongArguments(Stop):
    """What was asked for does not exist or does not fit together."""

    code = Exit.WRONG_ARGUMENTS


class NoServer(Stop):
    """A server or database would not start or could not be reached."""

    code = Exit.NO_SERVER
