"""The shape of the database, versioned.

The version is SQLite's `user_version`, so that an ordinary start costs one pragma; alembic, which takes
longer to import than a journal takes to open, is loaded only when there is something to upgrade. Migrations
live in `migrations/versions`; revision N brings the schema to version N.
"""

import sqlite3
from pathlib import Path

from app.journal.errors import WrongSchema

VERSION = 1
APPLICATION_ID = 0x4C434C4B  # "LCLK": tells `file` and us that a database is a journal


def is_current(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the database needs no upgrade; raise `WrongSchema` if it is newer than us or not a journal."""
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise WrongSchema(f"{path} is not a database") from error
        raise
    if application != APPLICATION_ID and (application or version or tables):
        raise WrongSchema(f"{path} is a database, but not a Lobbyclock journal")
    if version > VERSION:
        raise WrongSchema(
            f"{path} has schema {version}, this program knows up to {VERSION}: "
            "it was written by a newer Lobbyclock"
        )
    return bool(version == VERSION)


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring the database to `VERSION`, all or nothing; `connection` is in autocommit mode."""
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415
    from sqlalchemy.pool import StaticPool  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    try:
        with engine.connect() as session:
            session.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = session
            command.upgrade(config, str(VERSION))
            session.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            session.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
            session.commit()
    except DBAPIError as error:
        raise error.orig or error from None
