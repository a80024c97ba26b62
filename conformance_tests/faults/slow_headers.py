"""Headers that come byte by byte on fifty connections: everybody else is served as always."""

from .dribble import judge_dribble
from .trial import Finding, Trial


def try_slow_headers(trial: Trial) -> Finding:
    """Begin fifty requests and never come to the end of their headers."""
    author = trial.subject.people.register("author")
    author.sign_in_again()
    request = trial.subject.wire.compose("GET", "/api/v1/posts", f"X-Slow: {200 * 'a'}")
    head, rest = request[:20], request[20:]
    return judge_dribble(trial, author, head, rest)
