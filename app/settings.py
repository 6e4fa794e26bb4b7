"""What whoever runs the service can set, by environment (``LOBBYCLOCK_…``) or command line."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the service finds its branches, keeps its data, and listens."""

    model_config = SettingsConfigDict(env_prefix="LOBBYCLOCK_")

    branches: Path = Path("branches")
    """A folder of branch files, or one of them."""
    data: Path = Path("var")
    """Where the journal is kept."""
    host: str = "127.0.0.1"
    port: int = 8000
