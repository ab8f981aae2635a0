"""Some random programs; `python -m tests.fuzz` checks as many as it is told to."""
from __future__ import annotations

from hypothesis import HealthCheck, assume, given, note, settings

from tests.generated import check_text
from tests.generator import programs


@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_random_programs(text: str) -> None:
    note(text)
    assume(check_text(text) == "right")
