import pytest

from simulations.staffing.programme import Programme


def test_the_least_cost_within_the_rows() -> None:
    programme = Programme()
    one, other = programme.variable(3.0), programme.variable(2.0, high=4.0)
    programme.row([(one, 1.0), (other, 1.0)], low=6.5)
    values = programme.solve()
    assert values is not None
    assert values.tolist() == [3.0, 4.0]


def test_what_need_not_be_whole_is_not() -> None:
    programme = Programme()
    part = programme.variable(1.0, whole=False)
    programme.row([(part, 2.0)], low=3.0)
    values = programme.solve()
    assert values is not None
    assert values.tolist() == pytest.approx([1.5])


def test_rows_that_contradict_each_other_have_no_solution() -> None:
    programme = Programme()
    number = programme.variable()
    programme.row([(number, 1.0)], high=1.0)
    programme.row([(number, 1.0)], low=2.0)
    assert programme.solve() is None


def test_nothing_to_decide() -> None:
    values = Programme().solve()
    assert values is not None
    assert values.size == 0
