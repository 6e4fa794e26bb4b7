"""Ten of the kills that ``make crash`` makes two hundred of."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.crash import crash


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    ledger = asyncio.run(crash(tmp_path, 10, seed=2))
    assert len(ledger.acknowledged) > 50
    assert len(ledger.sent) > len(ledger.acknowledged)
