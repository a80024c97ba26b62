"""`python -m fourth_impl` and `migrate`, `create-admin USERNAME EMAIL` or `serve PORT`."""

import os
import sys

from . import accounts
from .server import serve

if __name__ == "__main__":
    command, *words = sys.argv[1:]
    if command == "migrate":
        accounts.migrate()
    elif command == "create-admin":
        accounts.create_admin(*words, password=os.environ["ADMIN_PASSWORD"])
    else:
        serve(int(words[0]))
