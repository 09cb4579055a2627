"""Imported first: moves to the tests' own Python where their packages are missing, from the program's beginning on."""
import os
import sys
from pathlib import Path

VENV = Path(__file__).resolve().parents[2] / ".run/venv/bin/python"
try:
    import openpyxl  # noqa: F401 - which hardly anybody has by chance
    import requests  # noqa: F401
except ModuleNotFoundError:
    if not VENV.exists() or Path(sys.executable) == VENV:
        sys.exit(f"the tests' Python packages are missing: run tests/run once ({VENV})")
    os.execv(VENV, [str(VENV), *sys.argv])
