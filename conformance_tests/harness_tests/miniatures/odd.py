"""Ways to answer everything alike, whatever is asked, or not to answer."""

import itertools
import os
import socket
import time

from .serving import Request, compose

JSON = {"Content-Type": "application/json"}
PAGE = b"<!doctype html><title>Welcome</title><div id=app></div>"
OK = compose("200 OK", JSON, b"{}")
# So many requests are answered by a server that ends while it is asked.
SURVIVED = 40
REQUESTS = itertools.count(1)


def say_ok(connection: socket.socket, request: Request) -> None:
    """Answer 200 and an empty object."""
    connection.sendall(OK)


def say_500(connection: socket.socket, request: Request) -> None:
    """Answer 500 and a word."""
    connection.sendall(
        compose("500 Internal Server Error", {"Content-Type": "text/plain"}, b"Oops")
    )


def show_page(connection: socket.socket, request: Request) -> None:
    """Answer as an application in the browser does, which takes every path for its own."""
    connection.sendall(compose("200 OK", {"Content-Type": "text/html"}, PAGE))


def announce_too_much(connection: socket.socket, request: Request) -> None:
    """Announce 99 bytes, and send two."""
    connection.sendall(compose("200 OK", {**JSON, "Content-Length": "99"}, b"{}"))


def stay_silent(connection: socket.socket, request: Request) -> None:
    """Take every request, and say nothing."""
    while connection.recv(65_536):
        pass


def fall_silent(connection: socket.socket, request: Request) -> None:
    """Answer the first request and no other."""
    (say_ok if next(REQUESTS) == 1 else stay_silent)(connection, request)


def drip(connection: socket.socket, request: Request) -> None:
    """Send one byte a second."""
    for byte in OK:
        connection.sendall(bytes([byte]))
        time.sleep(1)


def die(connection: socket.socket, request: Request) -> None:
    """Answer some requests, and end."""
    if next(REQUESTS) > SURVIVED:
        print("the last words of the server", flush=True)
        os._exit(5)
    say_ok(connection, request)
