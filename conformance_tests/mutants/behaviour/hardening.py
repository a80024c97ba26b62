"""Mutants of chapter 5: what an attacker tries, and many at once."""

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks


@breaks("refresh_tokens", violates=("HARDENING-REPLAY-01", "HARDENING-REPLAY-02"))
def take_refresh_tokens_again(request: Request, server: GoodServer) -> Answer:
    """A refresh token that was used already gives new tokens, and nothing ends."""
    token = str(request.members.get("refresh_token"))
    newest = server.overheard.find_newest(token)
    return server.send(request if newest == token else request.with_members(refresh_token=newest))
