"""The command line: ``hallserver run | rehearse | token | staff | print-test | verify | backup | …``."""

from __future__ import annotations

import sqlite3
import sys

import structlog
import typer

from hallserver.commands import copies, people, serving
from hallserver.commands.options import Stop, err
from hallserver.settings import SettingsError
from hallserver.store.database import UnknownDatabase
from hallserver.store.writer import StorageFailed

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
cli.add_typer(people.staff, name="staff")
cli.command()(serving.run)
cli.command()(serving.rehearse)
cli.command()(people.token)
cli.command("print-test")(serving.print_test)
cli.command()(copies.verify)
cli.command()(copies.backup)
cli.command()(copies.restore)
cli.command()(copies.export)


def main() -> None:
    """The entry point: no traceback reaches a person for what a person or the world can cause."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        cli()
    except SettingsError as error:
        _end([f"{len(error.problems)} problem(s) in the settings:", *error.problems])
    except UnknownDatabase as error:
        _end([f"--database {error}: this version keeps halls in SQLite; give a path or sqlite:///path"])
    except (StorageFailed, sqlite3.Error) as error:
        _end([f"The database can't be used: {error}"])
    except Stop as error:
        _end([str(error)])
    except OSError as error:
        _end([f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")])


def _end(sentences: list[str]) -> None:
    for sentence in sentences:
        err.print(sentence, markup=False, highlight=False)
    sys.exit(2)
