"""Django's command line: migrate, create_admin, test and the rest."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.settings")
    # The apps are named by their full path, which begins beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    execute_from_command_line(sys.argv)
