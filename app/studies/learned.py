"""What a branch's past teaches studies: demand, behaviour, and the days to hold both against."""

from __future__ import annotations

from typing import TYPE_CHECKING

