"""A server that knows /livez and nothing else: `little_server.py PORT [REQUESTS_IT_SURVIVES]`."""

import itertools
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REQUESTS = itertools.count(1)
SURVIVES = int(sys.argv[2]) if sys.argv[2:] and sys.argv[2].isdigit() else sys.maxsize
HEADERS = {
    "Content-Type": "application/json",
    "Content-Length": "15",
    "X-Request-ID": "1",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Handler(BaseHTTPRequestHandler):
    """Answers like a good API where it answers at all."""

    def do_GET(self) -> None:
        """Answer /livez, or die."""
        if next(REQUESTS) > SURVIVES:
            os._exit(5)
        self.send_response(200)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b'{"status":"ok"}')


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
