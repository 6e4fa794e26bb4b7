import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from estimator.columns import rules
from simulations.staffing.opening import Flip, StaffingError, flipped, windows_of

from .small_branch import SLOTS, branch, express_branch


def test_half_hours_that_touch_are_one_spell_and_the_last_never_ends() -> None:
    windows = branch(3)
    table = windows.at_levels(np.array([1, 2, 1, 3, 3, 2]))
    opens_at, closes_at = windows.working_hours(table)
    assert opens_at[0].tolist() == [0.0, np.inf]
    assert closes_at[0].tolist() == [np.inf, np.inf]
    assert opens_at[1].tolist() == [1800.0, 5400.0]
    assert closes_at[1].tolist() == [3600.0, np.inf]
    assert closes_at[2, 0] == 5 * 1800.0
    assert windows.hours(table) == 6.0


def test_where_people_are_sent_away_the_last_half_hour_ends() -> None:
    windows = branch(2, until_s=12_000.0, opens_s=100.0)
    _, closes_at = windows.working_hours(windows.at_levels(windows.most))
    assert closes_at.tolist() == [[12_000.0]] * 2
    assert windows.closes_s == 100.0 + 6 * 1800.0


@given(arrays(bool, (SLOTS, 4)))
def test_a_table_and_its_working_hours_say_the_same(table: np.ndarray) -> None:
    windows = branch(4)
    opens_at, closes_at = windows.working_hours(table)
    middles = 1800.0 * (np.arange(SLOTS)[:, None, None] + 0.5)
    assert (((opens_at <= middles) & (middles < closes_at)).any(axis=2) == table).all()


@given(arrays(bool, (SLOTS, 4)), st.integers(0, SLOTS - 1))
def test_of_twins_the_first_opens_and_the_last_closes(table: np.ndarray, slot: int) -> None:
    windows = express_branch()
    for flip in windows.openings(table, slot):
        assert not table[flip]
        assert all(table[slot, twin] for twin in range(flip.window // 2 * 2, flip.window))
    for flip in windows.closings(table, slot):
        assert table[flip]
        assert not any(table[slot, twin] for twin in range(flip.window + 1, flip.window // 2 * 2 + 2))


def test_bounds_leave_nothing_to_open_or_to_close() -> None:
    windows = branch(3, most=2)
    fullest = windows.at_levels(windows.most)
    assert windows.openings(fullest, 0) == []
    assert windows.closings(windows.at_levels(windows.least), 0) == []
    assert windows.closings(fullest, 0) == [Flip(0, 1)]
    assert (flipped(fullest, (Flip(0, 1),)).sum(axis=1) == [1, 2, 2, 2, 2, 2]).all()


def test_an_order_is_kept() -> None:
    windows = branch(3, order=(2, 0, 1))
    table = windows.at_levels(np.array([1, 2, 3, 1, 1, 1]))
    assert table[0].tolist() == [False, False, True]
    assert table[1].tolist() == [True, False, True]
    assert windows.openings(table, 1) == [Flip(1, 1)]
    assert windows.closings(table, 2) == [Flip(2, 1)]


def test_more_windows_like_the_last() -> None:
    windows = express_branch()
    wider = windows.widened(np.arange(SLOTS) == 2, 2)
    assert wider.names[-2:] == ("+1", "+2")
    assert wider.most.tolist() == [4, 4, 6, 4, 4, 4]
    assert (wider.rules.reluctance[4:] == windows.rules.reluctance[3]).all()
    assert branch(2, order=(1, 0)).widened(np.ones(SLOTS, bool), 1).order == (1, 0, 2)


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"most": np.full(SLOTS, 6)}, "there are 5"),
        ({"least": np.full(SLOTS, 4), "most": np.full(SLOTS, 3)}, "at least 4 and at most 3"),
        ({"order": (0, 1)}, "names each window once"),
        ({"slot_s": 0.0}, "at least one half-hour"),
    ],
)
def test_what_cannot_be_is_said(others: dict[str, object], says: str) -> None:
    with pytest.raises(StaffingError, match=says):
        windows_of(
            rules(np.zeros(1), np.zeros((5, 1))),
            **({"least": np.ones(SLOTS, np.int64), "most": np.full(SLOTS, 5)} | others),  # type: ignore[arg-type]
        )


def test_a_line_that_no_window_takes_is_said() -> None:
    with pytest.raises(StaffingError, match="line 1"):
        windows_of(rules(np.zeros(2), np.array([[0.0, np.inf]])), least=np.ones(1, int), most=np.ones(1, int))
