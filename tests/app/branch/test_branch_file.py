from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.branch.branch_file import LANGUAGES, NEVER, REPORTS, Branch, BranchFileError, Spell, VoicePlan, parse

from .branches import BRANCH, TEXT

LINES = TEXT.splitlines()
ROSTER = """
[[roster.opening]]
window = "1"
from = "09:00"
to = 17:00:00
"""


def test_what_the_file_says_is_what_the_branch_is() -> None:
    branch = parse(TEXT + ROSTER)
    assert (branch.id, branch.timezone, branch.day_change) == ("riverside", "Asia/Shanghai", time(4))
    assert branch.names == {"zh-Hans": "江边支行", "en": "Riverside"}
    assert branch.businesses["corporate"].names == dict.fromkeys(LANGUAGES, "Corporate")
    assert branch.businesses["corporate"].minutes == (3.0, 8.0, 20.0)
    assert branch.businesses["corporate"].items
    assert branch.windows["3"].reluctance == {"corporate": 0.0, "cash": 300.0}
    assert branch.windows["3"].businesses == ("corporate",)
    assert branch.windows["1"].express_s == 240.0
    assert branch.priorities["vip"].head_start_s == 90.0
    assert branch.priorities["elderly"].head_start_s == NEVER
    assert branch.steps["copy"].public == {}
    assert branch.senders["poor"].reports == {"issued", "windows", "no_show", "abandoned"}
    assert branch.senders["feed"].windows == ("2",)
    assert branch.openings == (Spell("1", time(9), time(17)),)
    assert (branch.late_share, branch.early_share, branch.late_s, branch.ahead_s) == (0.05, 0.20, 300.0, 60.0)
    assert branch.languages == ("zh-Hans", "en")
    assert str(branch.zone) == "Asia/Shanghai"


VOICE = """
[voice]
languages = ["zh-Hant-HK", "en"]
volume = [{ from = "18:00", level = 0.5 }, { from = "08:30", level = 1 }]
forget_s = 20

[voice.room.upstairs]
windows = ["3", "2"]
"""


def test_what_the_file_says_of_the_voice() -> None:
    assert BRANCH.voice == VoicePlan()
    assert parse(TEXT + VOICE).voice == VoicePlan(
        languages=("zh-Hant-HK", "en"),
        volume=((time(8, 30), 1.0), (time(18), 0.5)),
        rooms={"upstairs": ("3", "2")},
        forget_s=20.0,
    )


def test_a_sender_that_the_file_does_not_name_is_strict_and_reports_everything() -> None:
    sender = BRANCH.sender("somebody")
    assert (sender.id, sender.authoritative, sender.reports) == ("somebody", False, REPORTS)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert parse("\ufeff" + TEXT.replace("\n", "\r\n")) == BRANCH


def test_never_is_never() -> None:
    assert parse(TEXT.replace("cash = 300", "cash = inf")).windows["3"].reluctance == {"corporate": 0.0}


def change(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


WINDOW = '\n[[window]]\nid = "w{}"\nbusinesses = ["cash"]\n'
RELUCTANCE = "[[window]] #3 reluctance"
ZONE = "[branch] timezone"
TAKES = "[[window]] #2 businesses"
MINUTES = "[[business]] #2 minutes"
PREFIX = "[[business]] #2 prefix"
CHANGE = "[branch] day_change"
CASES = [
    # what is wrong, the line it is on, the field, what would be right
    (change('id = "riverside"', "id = "), "id = ", "", "not TOML"),
    (TEXT + "\nbroken = [1,", None, "", "not TOML"),
    (change('id = "riverside"', 'id = "river side"'), 'id = "river side"', "[branch] id", "1 to 64 letters"),
    (change('id = "riverside"\n', ""), "[branch]", "[branch] id", "is missing; it should be 1 to 64"),
    (change("[branch]", "[brnch]"), "[brnch]", "brnch", "known: branch, business, window"),
    (change('timezone = "Asia/Shanghai"', 'timezone = "Mars/Base"'), "timezone", ZONE, "an IANA"),
    (change('timezone = "Asia/Shanghai"', 'timezone = "Asia"'), "timezone", ZONE, "an IANA"),
    (change('timezone = "Asia/Shanghai"', "timezone = 8"), "timezone", ZONE, "an IANA"),
    (change('day_change = "04:00"', 'day_change = "4"'), "day_change", CHANGE, "a time of day"),
    (change('day_change = "04:00"', "late = 5"), "late", "[branch] late", "known: id, names"),
    (change('day_change = "04:00"', "undo_s = -1"), "undo_s", "[branch] undo_s", "from 0 to 86400"),
    (change('day_change = "04:00"', "undo_s = nan"), "undo_s", "[branch] undo_s", "a number"),
    (change('day_change = "04:00"', 'languages = ["zh"]'), "languages", "[branch] languages", "zh-Hant-HK"),
    (change('day_change = "04:00"', "languages = []"), "languages", "[branch] languages", "at least one"),
    (change('en = "Riverside"', 'fr = "R"'), "names = { ", "[branch] names", "words by language"),
    (change('en = "Riverside"', 'en = " "'), "names = { ", "[branch] names", "words by language"),
    (change('prefix = "B"', 'prefix = "A"'), 'prefix = "A"', PREFIX, "already cash's"),
    (change('prefix = "B"', 'prefix = "a"'), 'prefix = "a"', PREFIX, "would clash"),
    (change('prefix = "B"', 'prefix = "B1"'), 'prefix = "B1"', PREFIX, "1 to 3 letters"),
    (change('id = "corporate"', 'id = "cash"'), 'id = "cash"', "[[business]] #2 id", "used twice"),
    (change("[3, 8, 20]", "[3, 20, 8]"), "minutes = [3, 20", MINUTES, "three rising"),
    (change("[3, 8, 20]", "[0, 8, 20]"), "minutes = [0", MINUTES, "[3, 8, 20]"),
    (change("[3, 8, 20]", "[3, 8]"), "minutes = [3, 8]", MINUTES, "10th, 50th and 90th"),
    (change("[3, 8, 20]", '"8"'), 'minutes = "8"', MINUTES, "three rising"),
    (change("items = true", "items = 1"), "items = 1", "[[business]] #2 items", "true or false"),
    (change('id = "3"', 'id = "2"'), 'id = "2"', "[[window]] #3 id", "used twice"),
    (change('label = "2"', 'label = "too long for it"'), 'label = "too', "[[window]] #2 label", "1 to 8"),
    (change('["cash", "corporate"]', '["gold"]'), "gold", TAKES, "cash, corporate"),
    (change('["cash", "corporate"]', '"cash"'), 'businesses = "cash"', TAKES, "a list of"),
    (change("{ cash = 300 }", "{ gold = 300 }"), "gold", RELUCTANCE, "seconds by"),
    (change("{ cash = 300 }", "{ cash = -1 }"), "cash = -1", RELUCTANCE, "seconds by"),
    (change("{ cash = 300 }", "{ cash = nan }"), "cash = nan", RELUCTANCE, "seconds by"),
    (change("{ cash = 300 }", "300"), "reluctance = 300", RELUCTANCE, "{ corporate = 300 }"),
    (change("express_s = 240", 'express_s = "4m"'), "express_s", "[[window]] #1 express_s", "a number"),
    (change("head_start_s = 90", "head_start_s = -5"), "-5", "[priority.vip] head_start_s", "from 0"),
    (change("head_start_s = 90\n", ""), "[priority.vip]", "[priority.vip] head_start_s", "is missing"),
    (change("[priority.vip]", '[priority."v i p"]'), '[priority."v', "[priority.v i p]", "1 to 64 letters"),
    (change('resource = "machine"', 'resource = "robot"'), "robot", "[[step]] #1 resource", "teller, ma"),
    (change("authoritative = true", 'authoritative = "yes"'), '"yes"', "[[sender]] #1 authoritative", "true"),
    (change("heartbeat_s = 30", "heartbeat_s = 0"), "heartbeat_s = 0", "[[sender]] #1 heartbeat_s", "from 1"),
    (change('"no_show", "abandoned"]', '"noshow"]'), "noshow", "[[sender]] #2 reports", "no_show"),
    (change('id = "feed"', 'id = "lobbyclock"'), 'id = "lobby', "[[sender]] #3 id", "the service itself"),
    (change('windows = ["2"]', 'windows = ["9"]'), 'windows = ["9"]', "[[sender]] #3 windows", "1, 2, 3"),
    (TEXT + "[promise]\nlate_share = 5", "late_share = 5", "[promise] late_share", "0.001 to 0.5"),
    (TEXT + ROSTER.replace('"09:00"', '"18:00"'), "to = 17", "[[roster.opening]] #1 to", "after from"),
    (TEXT + ROSTER.replace('"1"', '["1"]'), 'window = ["1"]', "[[roster.opening]] #1 window", "one of 1"),
    (TEXT + "[roster]\nlunch = 1", "lunch = 1", "[roster] lunch", "opening, break, back_office"),
    (TEXT + VOICE.replace('"en"]', '"fr"]'), "fr", "[voice] languages", "zh-Hant-HK"),
    (TEXT + VOICE.replace('"18:00"', '"08:30"'), "volume", "[[voice.volume]] #2 from", "twice"),
    (TEXT + VOICE.replace("0.5", "50"), "volume", "[[voice.volume]] #1 level", "from 0 to 1"),
    (TEXT + VOICE.replace("forget_s = 20", "forget_s = 1"), "forget_s", "[voice] forget_s", "from 5"),
    (TEXT + VOICE.replace('"3", "2"', '"9"'), '"9"', "[voice.room.upstairs] windows", "1, 2, 3"),
    (TEXT + VOICE.replace("windows", "doors"), "doors", "[voice.room.upstairs] doors", "known: windows"),
    (TEXT + "[voice]\nroom = 5", "room = 5", "[voice] room", "[voice.room.NAME]"),
    (TEXT + "[business]", None, "", "not TOML"),
    ('business = 1\n[branch]\nid = "x"', "business = 1", "business", "[[business]]"),
    (TEXT.replace('"corporate"]', '"cash"]').replace('["corporate"]', "[]"), 'id = "corporate"',
     "[[business]] #2 id", "served by no window"),
    (TEXT + "".join(WINDOW.format(number) for number in range(62)), "[branch]", "[[window]]", "not 65"),
    ('[branch]\nid = "x"', "[branch]", "[[business]]", "is missing"),
    ("", None, "[branch]", "is missing; it gives id"),
    ("branch = 5", "branch = 5", "[branch]", "must be a table"),
    (TEXT + "[promise]\nlate_share = " + "9" * 5000, None, "", "cannot be read"),
    (TEXT + "[promise]\nlate_share = 0x" + "f" * 5000, "late_share", "[promise] late_share", "of digits"),
    (TEXT + "x = " + "[" * 50_000, None, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "field", "says"), CASES, ids=[f"{case[2]} {case[3]}" for case in CASES]
)
def test_an_error_names_file_line_field_and_what_would_be_right(
    text: str, line: str | None, field: str, says: str
) -> None:
    with pytest.raises(BranchFileError) as error:
        parse(text, "branches/riverside.toml")
    assert error.value.field == field
    if line is not None:
        assert line in text.splitlines()[error.value.line - 1]
    assert str(error.value).startswith(f"branches/riverside.toml:{error.value.line}: {field}")
    assert says in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('branch = { id = "x", names = "X", timezone = "Nowhere" }\n', 1, "[branch] timezone"),
        ('branch.id = "x"\nbranch.names = "X"\nbranch.timezone = 5\n', 3, "[branch] timezone"),
        ('[ "branch" ] # here\n"id" = "x"\n\'names\' = ""\n', 3, "[branch] names"),
        ('[branch]\nid = "x"\nnames = """\nA"""\ntimezone = "UTC"\nlate_s = "5"\n', 6, "[branch] late_s"),
    ],
)
def test_the_line_is_found_in_any_style(text: str, line: int, field: str) -> None:
    rest = '[[business]]\nid = "cash"\nprefix = "A"\nnames = "Cash"\nminutes = [1, 2, 3]\n'
    window = '[[window]]\nid = "1"\nbusinesses = ["cash"]\n'
    with pytest.raises(BranchFileError) as error:
        parse(text.replace('"""\nA"""', '"A" # """\n') + rest + window)
    assert (error.value.field, error.value.line) == (field, line)


def test_tables_in_an_inline_list_have_lines_too() -> None:
    text = (
        'business = [\n  { id = "cash", prefix = "A", names = "C", minutes = [1, 2, 3] },\n'
        '  { id = "loan", prefix = "L", names = "L", minutes = [3, 2, 1] },\n]\n'
        '[branch]\nid = "x"\nnames = "X"\ntimezone = "UTC"\n'
    )
    with pytest.raises(BranchFileError) as error:
        parse(text)
    assert (error.value.field, error.value.line) == ("[[business]] #2 minutes", 3)


def error_of(text: str) -> BranchFileError | None:
    try:
        assert isinstance(parse(text), Branch)
    except BranchFileError as error:
        return error
    return None


PIECES = st.sampled_from(
    ['"', "\n", "#", "[", "]", "{ }", "= 1", "inf", "nan", "-1", "true", "1e400", "[[window]]", "\x00", "é"]
) | st.sampled_from(LINES)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 30), PIECES), min_size=1, max_size=3))
def test_any_file_is_a_branch_or_a_clear_error(edits: list[tuple[int, int, str]]) -> None:
    text = TEXT
    for place, cut, piece in edits:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at + cut :]
    found = error_of(text)
    assert found is None or 1 <= found.line <= text.count("\n") + 1


VALUES = st.sampled_from(["1", "-1", "nan", "inf", '""', '"x"', "[]", "[1]", "{}", "true", "07:00:00", "[[]]",
                          '["1"]', "{ en = 1 }", "[{}]", "1979-05-27", "9" * 400])  # fmt: skip


@settings(max_examples=300)
@given(st.integers(0, len(LINES) - 1), VALUES)
def test_any_value_is_right_or_named(number: int, value: str) -> None:
    key, equals, _ = LINES[number].partition(" = ")
    if not equals:
        return
    text = "\n".join([*LINES[:number], f"{key} = {value}", *LINES[number + 1 :]])
    found = error_of(text)
    if found and key not in {"id", "businesses", "reluctance"}:  # to these, others refer
        assert (found.field.split()[-1], found.line) == (key, number + 1)
