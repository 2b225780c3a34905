"""The made-up answers that ship: examples/antwoorden-verzonnen.csv."""

from collections import Counter
from datetime import date

import make_answers

from forms.analysis.rules import apply_rules
from forms.checklist.model import load_checklist
from forms.collect.source import open_source
from forms.responses.counting import read_sources

TODAY = date(2026, 11, 30)
CHECKLIST = load_checklist(make_answers.ROOT / "checklist.yaml")


def test_they_are_what_the_script_makes() -> None:
    """Make them anew with: python docs/make_answers.py."""
    assert make_answers.TARGET.read_bytes() == make_answers.made_up_answers().encode()


def test_they_are_read_without_a_word_and_show_some_of_each_thing() -> None:
    """Each row counts, each cell is an answer, and the guide can show all that a report has."""
    responses = read_sources([open_source(str(make_answers.TARGET), CHECKLIST)], CHECKLIST, TODAY)
    findings = apply_rules(CHECKLIST, responses, TODAY)
    assert responses.notes == ()
    assert findings.rows.used == 42
    assert Counter(finding.priority for finding in findings.items) == {
        None: 6,
        "needed": 7,
        "desirable": 5,
        "find_out": 1,
        "not_needed": 1,
    }
    assert {f.item.id for f in findings.divided()} == {"S2", "S4", "S8", "P3", "O3"}
