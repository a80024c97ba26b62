"""Requests as a shell script: curl sends them, and variables keep what was answered."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .shell import Hole, Text, is_shown, produce, quote

# A target that curl takes as a part of the URL. It begins with one slash, and has no fragment.
PLAIN_TARGET = re.compile(rb"/[\w.~!$&'()*+,;=:@/?%-]*", re.ASCII)


@dataclass(frozen=True)
class Step:
    """One request. `keeps` are variables, each with the command that reads it afterwards."""

    title: str
    method: str
    target: Text
    headers: tuple[tuple[str, Text], ...] = ()
    content: Text | None = None
    # All the bytes of a request that no client would make.
    raw: Text | None = None
    keeps: tuple[tuple[str, str], ...] = ()


HEAD = """\
#!/bin/sh
# Usage: sh SCRIPT {arguments}
set -eu
BASE=${{1:{default}}}
BASE=${{BASE%/}}\
"""
# What the head has if a request uses it.
VARIABLES = {
    "MARK": """\
MARK=$(LC_ALL=C tr -dc 0-9 </dev/urandom | head -c 10)  # makes new names\
""",
    "ADMIN_EMAIL": """\
ADMIN_EMAIL=${2:?the e-mail address of an admin}\
""",
    "ADMIN": """\
ADMIN=${ADMIN_EMAIL%%@*}\
""",
    "ADMIN_PASSWORD": """\
ADMIN_PASSWORD=${3:?the password of that admin}\
""",
    "HOST": """\
HOST=${BASE#*://}
HOST=${HOST%%/*}\
""",
    "PREFIX": """\
PREFIX=${BASE#*://}/
PREFIX=/${PREFIX#*/}
PREFIX=${PREFIX%/}\
""",
}
ROOM = """\
GOT=$(mktemp -d)
trap 'rm -r "$GOT"' EXIT\
"""
# The tools, each under the form of a line that needs it.
TOOLS = {
    r"(^|\| )call ": """\
call() {  # prints the status (000: no answer), and sends no header but those given
  rm -f "$GOT/head" "$GOT/body"
  curl -q -gsS -m 10 --http1.1 --path-as-is --noproxy '*' \\
    -H Accept: -H User-Agent: -H Content-Type: -H Expect: \\
    -D "$GOT/head" -o "$GOT/body" -w '%{http_code}\\n' "$@" || true
}\
""",
    r"\| raw$": """\
raw() {  # sends bytes as they are, and prints the first line of what is said
  rm -f "$GOT/head"
  python3 -c '
import contextlib, socket, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
with socket.create_connection((url.hostname, url.port or 80), 5) as opened:
    with contextlib.suppress(OSError):
        opened.sendall(sys.stdin.buffer.read())
    with contextlib.suppress(OSError):
        while piece := opened.recv(65536):
            sys.stdout.buffer.write(piece)
' "$BASE" >"$GOT/body"
  head -n 1 "$GOT/body"
}\
""",
    r"=\$\(member ": """\
member() {  # of the latest answer
  python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' \\
    "$1" <"$GOT/body"
}\
""",
    r"=\$\(etag\)": """\
etag() {  # of the latest answer
  tr -d '\\r' <"$GOT/head" | sed -n 's/^[Ee][Tt][Aa][Gg]: *//p'
}\
""",
    r"=\$\(upper ": """\
upper() {
  printf %s "$1" | tr a-z A-Z
}\
""",
    r"=\$\(encode ": """\
encode() {  # for a query
  python3 -c 'import sys, urllib.parse as url; print(url.quote(sys.argv[1], ""))' "$1"
}\
""",
    r"^  repeat ": """\
repeat() {  # writes something so many times
  python3 -c 'import os, sys
sys.stdout.buffer.write(os.fsencode(sys.argv[1]) * int(sys.argv[2]))' "$@"
}\
""",
}
SHOW = 'cat "$GOT/head" "$GOT/body" 2>/dev/null || true'
# curl writes the head of an answer to HEAD in the place of a body too.
SHOW_HEAD = 'cat "$GOT/head"'


def write_steps(steps: Sequence[Step], *, base_url: str = "", notes: Sequence[str] = ()) -> str:
    """Return a script that sends these requests, and shows the answer to the last one."""
    body = "\n".join(line for step in steps for line in _write_step(step))
    tools = [tool for use, tool in TOOLS.items() if re.search(use, body, re.MULTILINE)]
    show = SHOW_HEAD if _is_head(steps[-1]) else SHOW
    told = [f"# {note}" for note in notes]
    return "\n".join([*_write_head(body, base_url), ROOM, *tools, *told, body, "", show, ""])


def _write_head(body: str, base_url: str) -> Iterator[str]:
    used = {name for name in VARIABLES if f'"${name}"' in body}
    has_admin = any(name.startswith("ADMIN") for name in used)
    # The name of the admin is the beginning of the address.
    used |= {"ADMIN_EMAIL"} if has_admin else set()
    arguments = "[URL]" if base_url else "URL"
    yield HEAD.format(
        arguments="URL ADMIN_EMAIL ADMIN_PASSWORD" if has_admin else arguments,
        default=f"-{base_url}" if base_url else "?the URL of a server",
    )
    yield from (told for name, told in VARIABLES.items() if name in used)


def _write_step(step: Step) -> Iterator[str]:
    yield f"\n# {step.title}"
    if step.raw is not None:
        yield f"{produce(step.raw)} | raw"
    else:
        call = " \\\n  ".join(_write_call(step))
        is_piped = step.content is not None and not is_shown(step.content)
        yield f"{produce(step.content or ())} | {call}" if is_piped else call
    yield from (f"{name}=$({command})" for name, command in step.keeps)


def _write_call(step: Step) -> Iterator[str]:
    method = "-I" if _is_head(step) else f"-X {shlex.quote(step.method)}"
    if _is_plain(step.target):
        yield f'call {method} "$BASE"{quote(step.target)}'
    else:
        yield f'call {method} "$BASE"'
        yield f"--request-target {quote((Hole('PREFIX'), *step.target))}"
    yield from (f"-H {_write_header(name, value)}" for name, value in step.headers)
    if step.content is not None:
        yield f"--data-raw {quote(step.content)}" if is_shown(step.content) else "--data-binary @-"


def _write_header(name: str, value: Text) -> str:
    # With a colon and nothing behind it curl would leave the header out.
    return quote((f"{name}: ".encode(), *value) if value else (f"{name};".encode(),))


def _is_head(step: Step) -> bool:
    return step.method == "HEAD" and step.content is None and step.raw is None


def _is_plain(target: Text) -> bool:
    whole = b"".join(piece if isinstance(piece, bytes) else b"x" for piece in target)
    return PLAIN_TARGET.fullmatch(whole) is not None
