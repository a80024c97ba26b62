"""A TCP server of the suite's own, between its client and the servers that are judged."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .servers import HOST


class LocalServer(socketserver.ThreadingTCPServer):
    """Answers each connection in a thread that nobody waits for."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__((HOST, 0), handler)


@contextmanager
def run_beside(server: LocalServer) -> Iterator[str]:
    """Yield the URL of a server that runs until the block ends."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
