"""What a few commands cost, in instructions: a slip of more than 10% shows at once."""

from pathlib import Path

import instructions
import pytest
from conftest import tool

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("task", instructions.TASKS)
def test_a_command_takes_as_many_instructions_as_it_did(task: str, tmp_path: Path) -> None:
    """The figures are kept in benchmarks/instructions.toml, with how to renew them."""
    tool("valgrind")
    holds_for, millions = instructions.kept()
    if holds_for != instructions.here():
        pytest.skip(f"figures are kept for {holds_for}, this is {instructions.here()}")
    instructions.make(tmp_path)
    assert instructions.fault(task, instructions.millions_of(task, tmp_path), millions[task]) == ""


@pytest.mark.parametrize(("found", "says"), [(109, ""), (111, "+11%"), (91, ""), (89, "-11%")])
def test_more_is_a_fault_and_so_is_much_less(found: int, says: str) -> None:
    """A figure that stays while a command gets cheaper has room for the next slip."""
    fault = instructions.fault("report", found, 100)
    assert says in fault
    assert bool(fault) == bool(says)
