"""The printers of a branch, for the manager."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.audience import Audience, for_whom

from .common import LiveOf, PrintingOf

router = APIRouter(tags=["printers"])


@router.get("/printers")
@for_whom(Audience.MANAGER)
async def get_printers(live: LiveOf, printing: PrintingOf) -> dict[str, list[dict[str, Any]]]:
    """Each printer, and why its last slip failed."""
    return {"printers": printing.to_plain(live.branch.id)}
