"""A few hundred random programs; `python -m tests.fuzz` runs as many as it is told to."""
from __future__ import annotations

from hypothesis import HealthCheck, assume, given, note, settings

from tests.generated import check_text
from tests.generator import programs


@settings(max_examples=150, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large])
@given(programs())
def test_random_programs(text: str) -> None:
    note(text)
    assume(check_text(text))
