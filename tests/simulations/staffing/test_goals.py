import numpy as np
import pytest

from simulations.staffing.goals import Day, Limits, Prices, Target, excess, parse_prices, parse_target, shares
from simulations.staffing.opening import StaffingError

DAY = Day(np.array([10.0, 20.0]), np.array([2.0, 1.0]), np.array([1.0, 0.0]), np.array([30.0, 10.0]))


def test_excess_is_the_customers_beyond_the_limits() -> None:
    assert excess(DAY, Limits(np.array([0.1, 0.1]), 1.0)) == pytest.approx(1.0)
    assert excess(DAY, Limits(np.array([0.2, 0.05]), 0.02)) == pytest.approx(0.4)
    assert excess(DAY, Limits(np.array([0.2, 0.05]), 1.0)) == 0.0
    both = Day(*(np.stack((column, column)) for column in DAY))
    assert excess(both, Limits(np.array([0.1, 0.1]), 1.0)).tolist() == pytest.approx([1.0, 1.0])


def test_limits_follow_what_fresh_days_were_beyond() -> None:
    limits = Limits(np.array([0.1, 0.1]), 0.5)
    lower = limits.below(shares(DAY), Limits(np.array([0.03, 0.0]), 0.0))
    assert lower.late.tolist() == pytest.approx(
        [0.1, 0.1]
    )  # 0.2 reached, 0.03 beyond: the old limit is lower
    lower = limits.below(Limits(np.array([0.09, 0.05]), 0.4), Limits(np.array([0.03, 0.0]), 0.1))
    assert lower.late.tolist() == pytest.approx([0.06, 0.1])
    assert lower.left == pytest.approx(0.3)


def test_what_waiting_costs() -> None:
    assert Prices(30.0, 4.0, 0.2).of_customers(DAY) == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("P(wait>10)<=0.1", Target(600.0, 0.1, 0.1)),
        ("P(wait > 7.5 min) ≤ 20%", Target(450.0, 0.2, 0.2)),
        ("P(wait>10)<=10%, left<=3%", Target(600.0, 0.1, 0.03)),
    ],
)
def test_a_target_in_words(text: str, target: Target) -> None:
    found = parse_target(text)
    assert (found.wait_s, found.share, found.left_share) == pytest.approx(
        (target.wait_s, target.share, target.left_share)
    )


@pytest.mark.parametrize(
    "text", ["", "wait>10", "P(wait>10)<=2", "P(wait>10)<=0", "P(wait>x)<=.1", "P(wait>10)<=0.1, a"]
)
def test_a_target_that_is_none(text: str) -> None:
    with pytest.raises(StaffingError, match="target"):
        parse_target(text)


def test_prices_in_words() -> None:
    assert parse_prices("30, 4, 0.2") == Prices(30.0, 4.0, 0.2)
    for text in ("", "30", "30,4,x"):
        with pytest.raises(StaffingError, match="cost"):
            parse_prices(text)
    for text in ("30,-4,0.2", "nan,4,0.2", "1e300,4,0.2"):
        with pytest.raises(StaffingError, match=r"are from 0 to 1,000,000,000\."):
            parse_prices(text)
    with pytest.raises(StaffingError, match="nothing has a price"):
        parse_prices("0,0,0")
