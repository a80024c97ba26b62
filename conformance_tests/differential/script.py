"""A difference as a shell script: the calls up to it, which run as printed against any server."""

import shlex
from collections.abc import Iterator, Sequence

from .calls import HOLE, Call
from .provisions import ADMIN

HEAD = """\
#!/bin/sh
# Usage: sh SCRIPT URL{arguments}, for a server with an empty database.
set -eu
BASE=${{1:?the URL of a server}}
MARK=$(date +%s)  # makes names that nobody has yet\
"""
ADMIN_HEAD = """\
ADMIN_EMAIL=${2:?the e-mail address of an admin}
ADMIN_PASSWORD=${3:?the password of that admin}
ADMIN=${ADMIN_EMAIL%%@*}\
"""
TOOLS = """\
GOT=$(mktemp -d)
trap 'rm -r "$GOT"' EXIT
call() {
  rm -f "$GOT/body"
  curl -gsS -D "$GOT/head" -o "$GOT/body" -w '%{http_code}\\n' "$@"
}
member() {  # of the latest answer
  python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' \\
    "$1" <"$GOT/body"
}
etag() {  # of the latest answer
  tr -d '\\r' <"$GOT/head" | sed -n 's/^[Ee][Tt][Aa][Gg]: *//p'
}\
"""
LAST = 'cat "$GOT/head" "$GOT/body" 2>/dev/null || true'


def write_script(calls: Sequence[Call]) -> Iterator[str]:
    """Yield the lines of a script that sends these calls and shows the last answer."""
    used = [hole for call in calls for hole in call.holes]
    has_admin = any(hole.startswith(ADMIN) for hole in used)
    yield HEAD.format(arguments=" ADMIN_EMAIL ADMIN_PASSWORD" if has_admin else "")
    if has_admin:
        yield ADMIN_HEAD
    yield TOOLS
    for position, call in enumerate(calls):
        later = {hole for one in calls[position + 1 :] for hole in one.holes}
        yield f"\n# {position + 1}. {call.operation}"
        yield " \\\n  ".join(_write_call(call))
        yield from (_keep(hole, source) for hole, source in call.keeps if hole in later)
    yield LAST


def _write_call(call: Call) -> Iterator[str]:
    method = "-I" if call.method == "HEAD" else f"-X {call.method}"
    yield f"call {method} {_quote('{BASE}' + call.target)}"
    names = [name for name, _ in call.headers]
    for name, value in call.headers:
        yield f"-H {_quote(f'{name}: {value}')}"
    if call.content is not None:
        if "Content-Type" not in names:
            # Else curl would tell one of its own.
            yield "-H Content-Type:"
        yield f"--data-binary {_quote(call.content)}"


def _keep(hole: str, source: str) -> str:
    command = "etag" if source == "ETag" else f"member {source}"
    return f"{hole}=$({command})"


def _quote(text: str) -> str:
    """Return a text as one word of the shell, with its holes as variables."""
    literals, holes = HOLE.split(text)[::2], [f'"${hole}"' for hole in HOLE.findall(text)]
    quoted = [shlex.quote(literal) if literal else "" for literal in literals]
    return "".join(part for pair in zip(quoted, [*holes, ""], strict=True) for part in pair) or "''"
