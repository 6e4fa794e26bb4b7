"""The command line: ``lobbyclock …``. Each command is thin; what it does lives elsewhere."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.branch.branch_file import BranchFileError
from app.house import JOURNAL, read_branch_file, read_branches
from app.settings import Settings
from app.terminal import err, fail, keep_apart, parse_day, parse_zone, progress

if TYPE_CHECKING:
    from app.history.past_day import PastDay
    from app.history.report import HistoryReport

app = typer.Typer(
    name="lobbyclock",
    help="Tells the people in a bank branch how long things will take.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Timezone = Annotated[str, typer.Option(help="Time zone of times that have no offset.")]
MOST_SHOWN, MOST_NAMED = 20, 3


def main() -> None:
    """The entry point: errors that name what is wrong are printed without a traceback."""
    from app.history import HistoryError
    from app.journal import JournalError
    from simulations.studies.problems import StudyError

    try:
        app()
    except (BranchFileError, HistoryError, JournalError, StudyError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or 'the system'}: {error.strerror or error}")
    except ValidationError as error:
        first = error.errors()[0]
        fail(f"LOBBYCLOCK_{'.'.join(map(str, first['loc'])).upper()}: {first['msg']}.")
    finally:
        err.show_cursor()  # an interrupted bar has hidden it


@app.command()
def serve(
    branches: Annotated[Path | None, typer.Option(help="A branch file, or a folder of them.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the journal.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0: any that is free.", min=0, max=65535)
    ] = None,
    *,
    open_: Annotated[
        bool, typer.Option("--open", help="Listen on every address: anyone in the network may then use it.")
    ] = False,
) -> None:
    """Run the branches of a folder."""
    from app.serving import serve_branches

    settings = Settings()
    where = host or ("0.0.0.0" if open_ else settings.host)  # noqa: S104 - asked for
    files = read_branches(branches or settings.branches)
    serve_branches(files, data or settings.data, where, settings.port if port is None else port)


@app.command()
def demo(
    history: Annotated[Path | None, typer.Option(help="Play a day of this history instead.")] = None,
    day: Annotated[str | None, typer.Option(help="The day to play, YYYY-MM-DD.")] = None,
    timezone: Timezone = "UTC",
    speed: Annotated[float, typer.Option(help="Times faster than life.", min=0.1, max=600)] = 10.0,
    seed: Annotated[int, typer.Option(help="Of the generated days.", min=0)] = 2026,
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0: any that is free.", min=0, max=65535)
    ] = 8000,
) -> None:
    """Open the service on a living branch: a generated day, or a day of history, played over HTTP."""
    from app import serving

    if (history is None) != (day is None):
        fail("--history and --day go together.")
    if history and day:
        serving.demo_of_day(_day_of_history(history, parse_day(day), parse_zone(timezone)), speed, port)
    else:
        serving.demo_of_lobby(seed, speed, port)


@app.command("import")
def import_(
    history: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet, in the contract's columns.")],
    branch: Annotated[Path, typer.Option(help="The branch file.")],
    data: Annotated[Path | None, typer.Option(help="Folder of the journal.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Default: the branch's.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write every refused line to this CSV.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Give a branch its past: service times and waits of another system, learned from at the next start."""
    from app.history.importing import import_history

    file = read_branch_file(branch)
    zone = parse_zone(timezone) if timezone else file.branch.zone
    keep_apart({"HISTORY": history, "--branch": branch, "--report": report})
    found = import_history(history, file.branch, (data or Settings().data) / JOURNAL, zone, progress("rows"))
    if report:
        found.write_refusals(report)
    if as_json:
        typer.echo(json.dumps(found.to_plain(), ensure_ascii=False))
    else:
        _print_import(found.to_plain())


@app.command("history-to-events")
def history_to_events(
    history: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet, in the contract's columns.")],
    day: Annotated[str, typer.Option(help="The business day, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option(help="Where to write the events (NDJSON).")],
    branch_out: Annotated[Path, typer.Option(help="Where to write a branch file that fits.")],
    timezone: Timezone = "UTC",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Turn a past day into events, and make a branch file for it."""
    keep_apart({"HISTORY": history, "--out": out, "--branch-out": branch_out})
    past = _day_of_history(history, parse_day(day), parse_zone(timezone))
    events = past.events
    out.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), "utf-8")
    branch_out.write_text(past.branch_text, "utf-8")
    tickets = sum(event["type"] == "ticket.issued" for event in events)
    counts = {"tickets": tickets, "events": len(events), "out": str(out), "branch_out": str(branch_out)}
    typer.echo(
        json.dumps(counts) if as_json else f"{tickets} tickets, {len(events)} events → {out}, {branch_out}"
    )


@app.command()
def replay(
    events: Annotated[Path, typer.Argument(help="Events, one JSON object a line.")],
    branch: Annotated[Path, typer.Option(help="The branch file.")],
    views: Annotated[Path, typer.Option(help="Where to write every view (NDJSON).")],
    history: Annotated[Path | None, typer.Option(help="History to learn from first.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Of the history; default: the branch's.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Show every view that would have been shown, the same each time."""
    from app.replay_command import replay_events

    keep_apart({"EVENTS": events, "--branch": branch, "--history": history, "--views": views})
    file = read_branch_file(branch)
    zone = parse_zone(timezone) if timezone else file.branch.zone
    counts = replay_events(events, file.branch, views, history, zone)
    typer.echo(
        json.dumps(counts) if as_json else f"{counts['events']} events → {counts['views']} views in {views}"
    )


@app.command()
def backtest(
    history: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet, in the contract's columns.")],
    test_from: Annotated[
        str, typer.Option(help="The first day to test, YYYY-MM-DD; what is before teaches.")
    ],
    train_from: Annotated[str | None, typer.Option(help="The first day to learn from.")] = None,
    test_to: Annotated[str | None, typer.Option(help="The last day to test.")] = None,
    business: Annotated[
        str | None, typer.Option(help="Score only the waits of these, such as A,B; all are learned.")
    ] = None,
    from_hour: Annotated[int, typer.Option(help="Score from this local hour on.", min=0, max=23)] = 0,
    report: Annotated[Path | None, typer.Option(help="A folder for a report with pictures.")] = None,
    timezone: Timezone = "UTC",
    *,
    second_stage: Annotated[
        bool | None,
        typer.Option(help="Boost the draws (needs the extra `boost`); default: where it is there."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Say what the estimates would have been worth: predict, then learn, ticket by ticket."""
    from app.backtest import summary
    from app.backtest.study import Options, study
    from app.history import HistoryError
    from estimator import boosting

    if second_stage and not boosting.available():
        fail("--second-stage needs LightGBM: pip install 'lobbyclock[boost]'.")
    first = parse_day(test_from, "--test-from")
    options = Options(
        first,
        parse_day(train_from, "--train-from") if train_from else None,
        parse_day(test_to, "--test-to") if test_to else None,
        frozenset(business.split(",")) if business else frozenset(),
        from_hour,
        boosting.available() if second_stage is None else second_stage,
    )
    if options.test_to and options.test_to < first:
        fail(f"--test-to {options.test_to} is before --test-from {first}.")
    zone = parse_zone(timezone)
    past = _read_history(history, zone)
    try:
        found = study(past.rows, zone, options, progress)
    except HistoryError as error:
        fail(f"{history}: {error}")
    if report:
        from app.backtest.report import write_report

        write_report(found, report)
    if as_json:
        typer.echo(json.dumps(found.to_plain()))
    else:
        Console(highlight=False).print(summary.table(found))
        if report:
            typer.echo(f"The report: {report / 'index.html'}")


@app.command("simulate")
def simulate_(
    scenario: Annotated[Path | None, typer.Argument(help="The scenario file (TOML).")] = None,
    versus: Annotated[
        Path | None, typer.Option("--vs", help="Another scenario: the same days, and what changes.")
    ] = None,
    days: Annotated[int, typer.Option(help="How many days to simulate.", min=2, max=20_000)] = 1000,
    replay: Annotated[
        str | None, typer.Option(help="A real day with the scenario's change instead, YYYY-MM-DD.")
    ] = None,
    branches: Annotated[
        Path | None, typer.Option(help="A folder of scenario files, one a branch, studied in parallel.")
    ] = None,
    dask: Annotated[
        str | None, typer.Option(help="With --branches: the address of a Dask cluster (extra `dask`).")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the simulated days.", min=0)] = 1,
    report: Annotated[Path | None, typer.Option(help="A folder for a report with pictures.")] = None,
    *,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Show results even where the past is not reproduced.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Try out a roster on many days: who waits how long, who leaves, and how sure that is."""
    from app.studies import command

    if (scenario is None) == (branches is None):
        fail("Give either a scenario file or --branches DIR.")
    if branches:
        if versus or replay or report:
            fail("--vs, --replay and --report go with one scenario, not with --branches.")
        done = command.of_branches(branches, days, seed, dask, progress)
        typer.echo(command.branches_json(done)) if as_json else Console(highlight=False).print(
            command.branches_table(done)
        )
        if failed := command.failed(done):
            fail(f"{len(failed)} of {len(done)} could not be studied: {', '.join(failed)}.")
        return
    if dask:
        fail("--dask goes with --branches.")
    if scenario is None or (replay and versus):
        fail("--replay has a scenario of its own to compare with: the day as it was; leave out --vs.")
    found = command.of_scenario(
        scenario, versus, days, seed, parse_day(replay, "--replay") if replay else None,
        anyway=anyway, bars=progress,
    )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(found.to_plain(), ensure_ascii=False))
    else:
        command.show(found, Console(highlight=False))
    if report:  # after the figures: a folder that cannot be written does not cost them
        command.write_report(found, report)
        if not as_json:
            typer.echo(f"The report: {report / 'index.html'}")


@app.command("recommend")
def recommend_(
    scenario: Annotated[Path, typer.Argument(help="The scenario file (TOML).")],
    target: Annotated[
        str | None, typer.Option(help="To meet in every half-hour: 'P(wait>10)<=0.1', ', left<=3%' behind.")
    ] = None,
    cost: Annotated[
        str | None,
        typer.Option(help="Or the least cost: of a window-hour, a walk-away, a waiting minute: '30,4,0.2'."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the simulated days.", min=0)] = 1,
    report: Annotated[Path | None, typer.Option(help="A folder for a report with pictures.")] = None,
    ical: Annotated[Path | None, typer.Option(help="Where to write the named roster (iCalendar).")] = None,
    *,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Advise even where the past is not reproduced.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it all as JSON.")] = False,
) -> None:
    """Find the roster that meets a target or costs least, tested on days that had no part in finding it."""
    from app.studies import advice_command as command

    goal = command.goal_of(target, cost)
    advice = command.advise(scenario, goal, seed, anyway=anyway, named=ical is not None, bars=progress)
    if as_json:
        typer.echo(command.to_json(advice))
    else:
        command.show(advice, Console(highlight=False))
    if report:
        command.write_advice(advice, report)
        if not as_json:
            typer.echo(f"The report: {report / 'index.html'}")
    if ical:  # last: where nobody can be named, the rest is there
        command.write_calendar(advice, ical, dt.datetime.now(dt.UTC))


@app.command("sign-test")
def sign_test(
    branch: Annotated[Path, typer.Argument(help="The branch file.")],
    window: Annotated[str | None, typer.Option(help="Only the signs of this window.")] = None,
) -> None:
    """Send a test page to each sign, and say what it answered; status 1 when one did not take it."""
    from app.signs.command import try_out

    file = read_branch_file(branch)
    if window is not None and window not in file.branch.windows:
        fail(f"--window {window!r} should be one of {', '.join(file.branch.windows)}.")
    taken = try_out(file.branch, window, typer.echo)
    if taken is None:
        fail(f"{branch} has no signs there; [[window]] signs = [...] names them.")
    if not taken:
        raise typer.Exit(1)


@app.command("sign-simulator")
def sign_simulator(
    kind: Annotated[str, typer.Option(help="onbon-5k, onbon-6k or numeric.")] = "onbon-5k",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0: any that is free.", min=0, max=65535)
    ] = 5005,
    address: Annotated[int, typer.Option(help="The sign's own address.", min=1, max=65534)] = 1,
    width: Annotated[int, typer.Option(help="Of the board, in pixels.", min=16, max=2048)] = 128,
    height: Annotated[int, typer.Option(help="Of the board, in pixels.", min=16, max=1024)] = 32,
    digits: Annotated[int, typer.Option(help="Of a numeric board.", min=1, max=16)] = 4,
    svg: Annotated[Path | None, typer.Option(help="Keep a picture of the board in this file.")] = None,
) -> None:
    """Stand in for a sign: take its connection, answer like it, and draw what it would show."""
    from app.branch.signs import KINDS
    from app.signs import command

    if kind not in KINDS:
        fail(f"--kind {kind!r} should be one of {', '.join(KINDS)}.")
    command.simulate(command.plan_of(kind, host, port, address, (width, height), digits), svg, typer.echo)


def _day_of_history(history: Path, day: dt.date, zone: ZoneInfo) -> PastDay:
    from app.history.past_day import past_day

    return past_day(_read_history(history, zone), day, zone)


def _read_history(history: Path, zone: ZoneInfo) -> HistoryReport:
    from app.history import read_rows, read_table

    report = read_rows(read_table(history), zone, progress("rows"))
    refused = [one for one in report.refused if not one.ticket_kept]
    for one in refused[:MOST_NAMED]:
        err.print(
            Text(f"{history}, line {one.line}: {one.field} {one.value!r} {one.reason}."), soft_wrap=True
        )
    if refused:
        err.print(
            f"{len(refused)} of {report.read} rows were refused; `lobbyclock import --report` lists all."
        )
    if not report.rows:
        fail(f"{history}: it has no ticket that can be used.")
    return report


def _print_import(plain: dict[str, Any]) -> None:
    kept = f"{plain['learned']} kept ({plain['new']} new)"
    typer.echo(f"{plain['read']} rows read, {kept}, {plain['refused_rows']} refused.")
    for what, count in plain["repaired"].items():
        typer.echo(f"  repaired: {what} {count}")
    if not plain["refused"]:
        return
    table = Table("line", "field", "value", "reason", title="Refused")
    for refusal in plain["refused"][:MOST_SHOWN]:
        table.add_row(*(Text(str(refusal[name])) for name in ("line", "field", "value", "reason")))
    Console().print(table)
    if (more := len(plain["refused"]) - MOST_SHOWN) > 0:
        typer.echo(f"… and {more} more; --report FILE or --json lists all.")


if __name__ == "__main__":
    main()
