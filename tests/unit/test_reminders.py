"""What reminders say: to each owner what is theirs, to the coordinator all of it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from email.headerregistry import Address
from html.parser import HTMLParser
from typing import Any

import pytest
from html5lib import HTMLParser as StrictParser
from hypothesis import given, settings
from hypothesis import strategies as st
from mailing import ANNA, BRAM, SENDER

from forms.action_list.actions import Action, Decision, Status
from forms.mail.addresses import read_address
from forms.mail.body import Mail, html_of, text_of
from forms.mail.owners import Owners
from forms.mail.reminder_mail import OVERVIEW, OpenActions, Reminder, reminders
from forms.wording import wording

TODAY = date(2026, 12, 10)
PAIRS = [("Anna", ANNA), ("Bram de Vries", BRAM)]
OWNERS = Owners(PAIRS)
COORDINATOR = read_address(SENDER.addr_spec, "")


def action(item: str = "A1", owner: str = "Anna", days: int | None = 0, **more: Any) -> Action:
    """Return an action that was decided on, due some days from today."""
    deadline = None if days is None else TODAY + timedelta(days=days)
    text = deadline.isoformat() if deadline else ""
    said = (Decision.NEEDED, "Nodig", owner, deadline, text, Status.OPEN, "Open", None, "")
    do = "Doe dit." if item else ""
    return replace(Action(item, f"Stelling {item}.", do, *said), **more)


def mails(
    *actions: Action, language: str = "nl", link: str = "", to: Address | None = COORDINATOR
) -> dict[str, Reminder]:
    """Return the mails about a list, by the address or the name that they are for."""
    found = reminders(OpenActions("Proef", wording(language), actions, TODAY, link), OWNERS, to)
    return {_reader(reminder): reminder for reminder in found}


def _reader(reminder: Reminder) -> str:
    if reminder.kind == OVERVIEW:
        return OVERVIEW
    return reminder.to[0].addr_spec if reminder.to else reminder.name


def parts(mail: Mail) -> dict[str, list[str]]:
    """Return what stands under each heading: of an action its id, or its text without one."""
    return {
        part.title: [entry.id or entry.text for entry in part.entries] or list(part.lines)
        for part in mail.parts
    }


def ids(mail: Mail) -> list[str]:
    """Return all actions in a mail by deadline, which is where each stands once."""
    by_deadline = {
        "Te laat",
        "Binnen 7 dagen",
        "Over meer dan 7 dagen",
        "Zonder deadline",
        "Zonder actiehouder of deadline",
    }
    return [item for title, found in parts(mail).items() if title in by_deadline for item in found]


@pytest.mark.parametrize(
    ("days", "part"),
    [
        (-400, "Te laat"),
        (-1, "Te laat"),
        (0, "Binnen 7 dagen"),
        (7, "Binnen 7 dagen"),
        (8, "Over meer dan 7 dagen"),
        (None, "Zonder deadline"),
    ],
)
def test_late_soon_or_later(days: int | None, part: str) -> None:
    """Today is not late yet; the seventh day is within seven days."""
    assert parts(mails(action(days=days))[ANNA].mail) == {part: ["A1"]}


def test_each_gets_their_own_most_urgent_first() -> None:
    """Two names of one person, two owners of one action, an address in the list."""
    found = mails(
        action("A1", "Anna", 30),
        action("A2", ANNA.upper(), -3),
        action("A3", "bram de vries", 2),
        action("A4", "Anna; Bram de Vries", -9),
        action("", "Anna", 3, text="van onszelf"),
    )
    assert set(found) == {ANNA, BRAM, OVERVIEW}
    assert ids(found[ANNA].mail) == ["A4", "A2", "van onszelf", "A1"]
    assert ids(found[BRAM].mail) == ["A4", "A3"]
    assert ids(found[OVERVIEW].mail) == ["A4", "A2", "A3", "van onszelf", "A1"]


@pytest.mark.parametrize(
    "other",
    [
        {"decision": None, "decision_text": ""},
        {"decision": None, "decision_text": "misschien"},
        {"decision": Decision.LATER},
        {"decision": Decision.DROPPED},
        {"status": Status.DONE},
    ],
)
def test_nobody_is_late_for_what_was_not_decided_or_is_done(other: dict[str, Any]) -> None:
    """Whatever the deadline."""
    found = mails(action("A1", days=-5, **other), action("A2", "Bram de Vries"))
    assert ANNA not in found
    assert "Te laat" not in parts(found[OVERVIEW].mail)


def test_nothing_to_say_nothing_made() -> None:
    """All is done, put off or dropped."""
    dropped, later = action(decision=Decision.DROPPED), action("A2", decision=Decision.LATER)
    assert mails(action("A3", status=Status.DONE), dropped, later) == {}
    assert mails() == {}
    assert list(mails(action(decision=None, decision_text=""))) == [OVERVIEW]


def test_the_coordinator_sees_what_lacks() -> None:
    """A decision, an owner, a deadline, an address."""
    found = mails(
        action("A1", "", 3),
        action("A2", "Anna", None),
        action("A3", "Anna", None, deadline_text="na de zomer"),
        action("A4", "Iemand", 3),
        action("A5", "iemand.", -1),
        action("A6", decision=None, decision_text=""),
    )
    mail = found[OVERVIEW].mail
    assert parts(mail) | {"De cijfers": []} == {
        "Te laat": ["A5"],
        "Zonder mailadres": ["Iemand: 2 acties"],
        "Zonder actiehouder of deadline": ["A1", "A2", "A3"],
        "Binnen 7 dagen": ["A4"],
        "Nog te besluiten": ["A6"],
        "De cijfers": [],
    }
    lacks = next(p for p in mail.parts if p.title.startswith("Zonder actiehouder"))
    assert [entry.figures for entry in lacks.entries] == [
        "geen actiehouder",
        "geen deadline",
        wording("nl")("remind.not_a_day", text="na de zomer"),
    ]
    assert [line.partition(".")[0] for line in mail.asked] == [
        "Eén actie is te laat",
        "Over één stelling is nog niet besloten",
        "Eén actiehouder heeft geen mailadres",
    ]
    assert found["Iemand"].to == ()
    assert ids(found["Iemand"].mail) == ["A5", "A4"]


SUBJECTS: dict[str, dict[tuple[int, ...], str]] = {
    "nl": {
        (-1, -2, 3, 40): "2 acties te laat, 1 binnen 7 dagen: Proef",
        (-1,): "1 actie te laat: Proef",
        (3, 40): "1 actie binnen 7 dagen: Proef",
        (40,): "1 actie voor u: Proef",
        (40, 50): "2 acties voor u: Proef",
    },
    "en": {
        (-1, 3): "1 action late, 1 due within 7 days: Proef",
        (40, 50): "2 actions for you: Proef",
    },
}


@pytest.mark.parametrize("language", SUBJECTS)
def test_the_first_line_says_what_counts_and_the_subject_begins_with_it(language: str) -> None:
    """A phone shows forty characters."""
    for days, subject in SUBJECTS[language].items():
        found = mails(*(action(f"A{n}", days=d) for n, d in enumerate(days)), language=language)
        mail = found[ANNA].mail
        assert mail.subject == f"{text_of(mail).splitlines()[0]}: Proef" == subject
    waiting = action("A9", decision=None, decision_text="")
    overview = mails(action(days=-1), waiting, language=language)[OVERVIEW].mail
    first_line = {
        "nl": "1 actie te laat, 1 te besluiten",
        "en": "1 action late, 1 to decide on",
    }[language]
    assert text_of(overview).splitlines()[0] == first_line
    assert overview.subject == f"{first_line}: Proef"


def test_a_word_that_is_no_decision_is_seen() -> None:
    """On an item, in a row of people's own, and in one that left: else nobody hears of it."""
    unread: dict[str, Any] = {"decision": None, "decision_text": "Ja, doen"}
    found = mails(
        action("A1", **unread),
        action("", text="van onszelf", **unread),
        action("A2", has_left=True, **unread),
        action("A3", decision=None, decision_text="", has_left=True),
    )
    assert set(found) == {OVERVIEW}
    mail = found[OVERVIEW].mail
    assert set(mails(action("", decision=None, decision_text=""))) == {OVERVIEW}
    assert mails(action("", "", None, decision=None, decision_text="")) == {}
    unclear = wording("nl")("remind.unclear")
    assert parts(mail) | {"De cijfers": []} == {
        "Nog te besluiten": ["A1"],
        unclear: ["van onszelf", "A2"],
        "De cijfers": [],
    }
    assert all("Ja, doen" in e.figures for part in mail.parts for e in part.entries)
    assert mail.asked[-1].startswith("Bij 2 acties staat een besluit dat niet uit de lijst komt.")
    alone = mails(action("", text="van onszelf", **unread))[OVERVIEW].mail
    assert alone.subject == "1 besluit onduidelijk: Proef"


def test_who_has_no_deadline_is_asked_for_one() -> None:
    """That is not the same as no hurry."""
    mail = mails(action(days=None), action("A2", days=-1))[ANNA].mail
    assert [line.partition(".")[0] for line in mail.asked] == [
        "Eén actie is te laat",
        "Eén actie heeft geen deadline",
        "Laat de coördinator weten hoe ver u bent: antwoord op deze mail",
    ]


def test_a_statement_does_not_read_as_if_it_were_so() -> None:
    """What is to be done comes first; what should be in order after it."""
    (entry,) = mails(action())[ANNA].mail.parts[0].entries
    assert (entry.text, entry.lines[0]) == ("Doe dit.", "Dit moet op orde komen: Stelling A1.")


def test_a_deadline_that_is_no_date_is_told_to_its_owner() -> None:
    """It stands there, and is of no use to us."""
    mail = mails(action(days=None, deadline_text="eind maart"))[ANNA].mail
    assert [entry.figures for entry in mail.parts[0].entries] == [
        wording("nl")("remind.not_a_day", text="eind maart")
    ]


def test_who_coordinates_is_said_and_is_no_news() -> None:
    """Nor is where the list lies."""
    usual = mails(action())[ANNA].mail
    assert SENDER.addr_spec in usual.foot
    assert usual.says == mails(action(), to=None)[ANNA].mail.says
    assert usual.says == mails(action(), link="https://x.nl/a.xlsx")[ANNA].mail.says


def test_the_last_day_is_said() -> None:
    """And that is news."""
    today = mails(action(days=0))[ANNA].mail
    assert "10 december 2026 (vandaag)" in today.says
    listed = OpenActions("Proef", wording("nl"), [action(days=0)], TODAY - timedelta(days=1))
    (before, _) = reminders(listed, OWNERS, COORDINATOR)
    assert before.mail.says != today.says


def test_how_far_they_are_is_shown_and_is_no_news() -> None:
    """Whoever wrote it knows."""
    there = mails(action(status=Status.BUSY, status_text="Bezig"))[ANNA].mail
    assert "Status: Bezig." in text_of(there)
    assert "Status: Bezig." in html_of(there)
    assert there.says == mails(action())[ANNA].mail.says


@pytest.mark.slow
@pytest.mark.parametrize("owner", ["Anna", "Onbekend {n}"])
def test_a_very_long_list_fits_and_what_is_cut_is_news(owner: str) -> None:
    """Gmail hides what comes after 102 KB; a change in the part that is not shown counts too."""
    text = "Een lange stelling over het melden van zorgen. " * 5
    many = [action(f"A{n}", owner.format(n=n), text=text) for n in range(1500)]
    changed = [*many[:-1], replace(many[-1], text="Iets anders.", owner=owner.format(n="x"))]
    before, after = (mails(*each)[OVERVIEW].mail for each in (many, changed))
    assert len(html_of(before).encode()) < 90_000
    assert text_of(before) == text_of(after)
    assert before.says != after.says


class _Words(HTMLParser):
    """Collects what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(html.partition("<body")[2])

    def handle_data(self, data: str) -> None:
        """Take in text between tags."""
        self.seen.append(data)


LISTS = {
    "late": [action(days=-1), action("A2", days=4, status=Status.BUSY, status_text="Bezig")],
    "later": [action(days=90)],
    "lacking": [action(owner="", days=None), action("A2", owner="Iemand", days=1)],
    "undecided": [action(decision=None, decision_text=""), action("A2")],
    "typed": [action(text="<b>x</b> {{ 7*7 }}", do="", owner="Anna", note="geheim")],
    "many": [action(f"A{n}", text="Heel lang " * 40, days=n) for n in range(300)],
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", LISTS)
def test_text_and_html_say_the_same(name: str, language: str) -> None:
    """Every word, in sound HTML that Gmail shows whole; asked in three lines at most."""
    for reminder in mails(*LISTS[name], language=language, link="https://example.org/x").values():
        html, text = html_of(reminder.mail), text_of(reminder.mail)
        seen = " ".join(_Words(html).seen).partition(">")[2]
        link = wording(language)("mail.link_text")
        said = text.replace(" https://example.org/x", f" {link}")
        assert sorted(re.findall(r"\w+", seen)) == sorted(re.findall(r"\w+", said))
        parser = StrictParser(strict=True)
        parser.parse(html)
        assert parser.errors == []
        assert len(html.encode()) < 102_000
        assert 1 <= len(reminder.mail.asked) <= 3
        assert "geheim" not in text


def test_an_owner_is_told_how_to_answer() -> None:
    """In the shared list; else by answering, where that reaches somebody."""
    assert mails(action())[ANNA].mail.asked[-1].endswith("antwoord op deze mail.")
    assert (
        mails(action(), to=None)[ANNA].mail.asked[-1] == "Laat de coördinator weten hoe ver u bent."
    )
    linked = mails(action(), link="https://example.org/x")[ANNA].mail
    assert linked.asked[-1] == "Zet in de actielijst hoe ver u bent, bij Status."


cells = st.sampled_from(
    ["Anna", "bram de vries", "Anna; Bram de Vries", ANNA, "Iemand", "", "Cees; Anna"]
)
listed = st.lists(
    st.builds(
        action,
        st.sampled_from(["A1", "A2", "A3", ""]),
        cells,
        st.one_of(st.none(), st.integers(-30, 60)),
        decision=st.sampled_from([None, *Decision]),
        status=st.sampled_from([None, *Status]),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(listed)
def test_every_open_action_reaches_its_owners_and_the_coordinator(actions: list[Action]) -> None:
    """As often as it stands in the list, and nothing else does."""
    found = mails(
        *(replace(a, text=f"{n}", id="", do="") if a.is_open else a for n, a in enumerate(actions))
    )
    for address, name in ((ANNA, "anna"), (BRAM, "bram")):
        theirs = [f"{n}" for n, a in enumerate(actions) if a.is_open and name in a.owner.casefold()]
        got = ids(found[address].mail) if address in found else []
        assert sorted(got) == sorted(theirs)
    all_open = [f"{n}" for n, a in enumerate(actions) if a.is_open]
    assert sorted(ids(found[OVERVIEW].mail) if OVERVIEW in found else []) == sorted(all_open)
