"""The benchmarks run, and print their tables. What they measure is for quieter hours."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLES = {
    "forecast_pass": "| 200 |",
    "reference_day": "| SimPy |",
    "staffing": "| ours, cost |",
    "learning": "| learning |",
    "january": "| January",
    "branches": "| ms of CPU |",
    "studies": "| SimPy |",
    "advice": "| 12 windows, 1000 waiting |",
    "advice_truth": "| openings acted on |",
    "lobby": "| wrap_up |",
    "live_path": "| evenly spaced |",
    "ingest": "| lobby: windows keep up |",
    "start": "| with the oldest snapshot |",
    "memory": "| 300 screens, 60 waiting |",
    "reconnect": "| killed |",
    "pixels": "| window |",
    "fanout": "| hub |",
    "journal_append": "| 64 | journal, event loop |",
    "voice": "| first word |",
}


@pytest.mark.timeout(1800)
def test_each_prints_its_table() -> None:
    run = [sys.executable, "benchmarks/run.py", "--quick"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    sections = dict(re.findall(r"## (\w+)\n\n(.*?)(?=\n## |\Z)", done.stdout, re.DOTALL))
    assert sections.keys() == TABLES.keys()
    for name, row in TABLES.items():
        assert row in sections[name], f"{name}:\n{sections[name]}"
