"""From a workbook to drafts, and to the mailboxes of owners: each gets news, and gets it once."""

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from conftest import Run, run_vinkje
from mail_server import PostOffice, served
from mailing import ANNA, BRAM, SENDER, options
from working import NICE, YES, Folder, begun, checklist

from forms.jobs.remind import RemindRequest, make_reminders
from forms.mail.addresses import read_address
from forms.mail.owners import Owners
from forms.mail.reminder_drafts import ReminderDrafts, changed_drafts, write_drafts

TODAY = date(2026, 12, 10)
PAIRS = [("Anna", ANNA), ("Bram de Vries", BRAM)]
OWNERS = Owners(PAIRS)
COORDINATOR = read_address(SENDER.addr_spec, "")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder in which Anna is late, Bram has time, and Cees has no address."""
    return begun(_first, tmp_path)


def _first(path: Path) -> Folder:
    found = Folder(path, checklist())
    found.answers = {"A5": NICE}
    found.report(date(2026, 11, 30))
    found.write("A1", Besluit="Nodig", Actiehouder="Anna", Deadline=date(2026, 12, 1))
    found.write("A2", Besluit="Wenselijk", Actiehouder="Bram de Vries", Deadline=date(2027, 3, 1))
    return found


def made(folder: Folder, today: date = TODAY, owners: Owners = OWNERS) -> ReminderDrafts:
    """Return the reminders of its workbook."""
    return make_reminders(RemindRequest(folder.workbook, today, owners, COORDINATOR))


def read(path: Path) -> EmailMessage:
    """Return a draft as a mail program reads it."""
    found: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)
    return found


def drafts(folder: Folder) -> Path:
    """Return where they lie."""
    return folder.path / "rapport.herinneringen"


def test_drafts_open_in_a_mail_program(folder: Folder) -> None:
    """Addressed, to be looked through; answers go to the coordinator."""
    write_drafts(made(folder))
    assert sorted(p.name for p in drafts(folder).iterdir()) == [
        "anna.eml",
        "bram-de-vries.eml",
        "coordinator.eml",
    ]
    anna = read(drafts(folder) / "anna.eml")
    named = f"Anna <{ANNA}>"
    assert (anna["To"], anna["X-Unsent"], anna["Reply-To"]) == (named, "1", SENDER.addr_spec)
    assert anna["Subject"] == "1 actie te laat: Proef"
    assert read(drafts(folder) / "coordinator.eml")["To"] == SENDER.addr_spec
    before = {p.name: p.read_bytes() for p in drafts(folder).iterdir()}
    write_drafts(made(folder))
    assert {p.name: p.read_bytes() for p in drafts(folder).iterdir()} == before


def test_what_no_longer_holds_goes_and_what_is_theirs_stays(folder: Folder) -> None:
    """A draft of last week must not be sent by mistake; one that somebody worked on is kept."""
    write_drafts(made(folder))
    anna, bram = drafts(folder) / "anna.eml", drafts(folder) / "bram-de-vries.eml"
    theirs = anna.read_bytes() + b"PS: bel me even.\r\n"
    anna.write_bytes(theirs)
    (drafts(folder) / "notities.txt").write_text("x", encoding="utf-8")
    (drafts(folder) / "ander.eml").write_bytes(b"Subject: x\r\n\r\nx")
    (drafts(folder) / "map.eml").mkdir()
    (drafts(folder) / "weg.eml").symlink_to("nergens")
    folder.write("A2", Status="Gereed")
    for _ in range(2):
        assert changed_drafts(made(folder)) == [anna]
        write_drafts(made(folder))
    assert not bram.exists()
    assert anna.read_bytes() == theirs
    there = {p.name for p in drafts(folder).iterdir()}
    assert there == {
        "notities.txt",
        "ander.eml",
        "anna.eml",
        "coordinator.eml",
        "map.eml",
        "weg.eml",
    }


def test_two_owners_below_each_other_in_a_cell(folder: Folder) -> None:
    """As Alt+Enter puts them there."""
    folder.write("A3", Besluit="Nodig", Actiehouder="Anna\nBram de Vries", Deadline=TODAY)
    found = {r.name: [p.title for p in r.mail.parts] for r in made(folder).reminders if r.name}
    assert found == {
        "Anna": ["Te laat", "Binnen 7 dagen"],
        "Bram de Vries": ["Binnen 7 dagen", "Over meer dan 7 dagen"],
    }


def test_names_that_give_one_file(folder: Folder) -> None:
    """No mail takes the place of another."""
    people = {"A1": "Zoë", "A2": "zoe!", "A3": "???", "A4": "!!!", "A5": "Coordinator"}
    for item, name in people.items():
        folder.write(item, Besluit="Nodig", Actiehouder=name)
    pairs = [(name, f"{n}@x.nl") for n, name in enumerate(people.values())]
    found = made(folder, owners=Owners(pairs))
    names = [path.name for path in found.contents]
    assert len(names) == len(found.reminders) == len(set(names)) == 6
    assert {"zoe-0.eml", "zoe-1.eml", "2.eml", "coordinator-4.eml", "coordinator.eml"} < set(names)


def test_an_english_list_is_answered_in_english(tmp_path: Path) -> None:
    """By its headers, whatever the checklist here says."""
    folder = Folder(tmp_path, checklist() | {"language": "en"})
    folder.report(date(2026, 11, 30))
    (reminder,) = made(folder).reminders
    assert reminder.mail.language == "en"
    assert reminder.mail.subject == "5 to decide on: Proef"


def test_a_list_with_nothing_open(folder: Folder) -> None:
    """No mail and no folder."""
    for item in folder.order():
        folder.write(item, Besluit="Niet oppakken", Notitie="x")
    assert write_drafts(made(folder)) == []
    assert not drafts(folder).exists()


# The command.


@pytest.fixture
def settled(folder: Folder) -> Folder:
    """Return the folder with its settings."""
    owners = "".join(f'"{name}" = "{address}"\n' for name, address in PAIRS)
    text = f'[remind]\ncoordinator = "{SENDER.addr_spec}"\n[owners]\n{owners}'
    (folder.path / "vinkje.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_send_there_are_drafts_alone(settled: Folder, vinkje: Run) -> None:
    """An owner without an address is pointed out; that is for whoever looks them through."""
    settled.write("A3", Besluit="Nodig", Actiehouder="Cees")
    done = vinkje("remind", "--date", TODAY)
    assert done.returncode == 0
    assert done.stdout.count("Wrote ") == 4
    assert done.stderr == (
        "Warning: 'Cees' has no address. Put it in vinkje.toml, under [owners]: "
        '"Cees" = "naam@example.nl", or write the address in the action list. '
        "Are they several? Then put ; between the names.\n"
    )
    assert read(drafts(settled) / "cees.eml")["To"] is None


def test_a_dry_run_writes_nothing(settled: Folder, vinkje: Run) -> None:
    """And says who would get what."""
    done = vinkje("remind", "--date", TODAY, "--dry-run", *options(PostOffice(port=25)))
    assert done.returncode == 0, done.stderr
    assert f"To:        Anna <{ANNA}>\nSubject:   1 actie te laat: Proef\n" in done.stdout
    assert done.stdout.endswith("Nothing was sent.\n")
    assert not drafts(settled).exists()


def sent(office: PostOffice) -> Iterator[tuple[str, str]]:
    """Yield who got what since this was last asked."""
    taken, office.taken = office.taken, []
    yield from ((to, str(each.mail["Subject"])) for each in taken for to in each.to)


def test_each_gets_it_once_and_news_as_it_comes(settled: Folder, vinkje: Run) -> None:
    """Late: again after a week. Not late: not again until something changes, whatever is asked."""
    with served(PostOffice()) as office:

        def remind(day: str, *more: str) -> list[str]:
            done = vinkje("remind", "--send", "--date", day, *options(office), *more)
            assert done.returncode == 0, done.stderr
            return [to for to, _ in sent(office)]

        assert remind("2026-12-10") == [ANNA, BRAM, SENDER.addr_spec]
        assert remind("2026-12-10") == remind("2026-12-16") == []
        assert remind("2026-12-17") == [ANNA, SENDER.addr_spec]
        settled.write("A2", Deadline=date(2026, 12, 24))
        assert remind("2026-12-17") == [BRAM, SENDER.addr_spec]
        assert remind("2026-12-17", "--again") == []
        settled.write("A2", Status="Bezig")
        assert remind("2026-12-17") == []
        settled.write("A1", Status="Gereed")
        assert remind("2026-12-18") == [SENDER.addr_spec]


def test_back_to_what_it_was_is_news(settled: Folder, vinkje: Run) -> None:
    """The last mail said something else, though one before it said this."""
    with served(PostOffice()) as office:
        for deadline in (1, 2, 1):
            settled.write("A2", Deadline=date(2027, 3, deadline))
            vinkje("remind", "--send", "--date", TODAY, *options(office))
            assert BRAM in dict(sent(office))


@pytest.mark.usefixtures("settled")
def test_a_clock_that_ran_ahead_silences_nothing(vinkje: Run) -> None:
    """What is late is said, though a mail of next year stands in the log."""
    with served(PostOffice()) as office:
        vinkje("remind", "--send", "--date", "2027-12-10", *options(office))
        assert ANNA in dict(sent(office))
        vinkje("remind", "--send", "--date", TODAY, *options(office))
        assert ANNA in dict(sent(office))
        vinkje("remind", "--send", "--date", TODAY, *options(office))
        assert dict(sent(office)) == {}


def test_what_was_sent_leaves_the_folder(settled: Folder, vinkje: Run) -> None:
    """So that nobody sends it by hand; the log knows it too, also from inside that folder."""
    vinkje("remind", "--date", TODAY)
    kept = (drafts(settled) / "anna.eml").read_bytes()
    with served(PostOffice(rcpt={BRAM: ["550 weg"]})) as office:
        vinkje("remind", "--send", "--date", TODAY, *options(office))
        assert [p.name for p in drafts(settled).iterdir()] == ["bram-de-vries.eml"]
        assert len(list(sent(office))) == 2
        for name, folder in (
            ("rapport.herinneringen/anna.eml", settled.path),
            ("anna.eml", drafts(settled)),
        ):
            (drafts(settled) / "anna.eml").write_bytes(kept)
            done = run_vinkje("send", name, *options(office), cwd=folder)
            assert done.returncode == 0
            assert done.stdout.startswith(f"Had it before: {ANNA}, at ")
        assert list(sent(office)) == []
        office.rcpt = {}
        vinkje("remind", "--send", "--date", TODAY, *options(office))
        assert dict(sent(office)) == {BRAM: "1 actie voor u: Proef"}
    assert not drafts(settled).exists()


def test_what_is_left_in_the_folder_is_sent(settled: Folder, vinkje: Run) -> None:
    """After a look: not what was thrown away, nor what was changed, and that is said."""
    settled.write("A3", Besluit="Nodig", Actiehouder="Cees")
    vinkje("remind", "--date", TODAY)
    (drafts(settled) / "coordinator.eml").unlink()
    anna = drafts(settled) / "anna.eml"
    anna.write_bytes(anna.read_bytes() + b"PS\r\n")
    with served(PostOffice()) as office:
        shown = vinkje("send", "rapport.herinneringen", "--dry-run", *options(office))
        assert list(sent(office)) == []
        done = vinkje("send", "rapport.herinneringen", *options(office))
        assert dict(sent(office)) == {BRAM: "1 actie voor u: Proef"}
    assert BRAM in shown.stdout
    assert done.returncode == 1
    for why in (
        "anna.eml: was changed since vinkje made it",
        "cees.eml: nothing says for whom this mail is",
    ):
        assert why in done.stderr
        assert why in shown.stderr
    (settled.path / "leeg").mkdir()
    assert "leeg: holds no mails" in vinkje("send", "leeg", *options(office)).stderr


def test_whoever_else_gets_one_a_draft_keeps_its_name(settled: Folder, vinkje: Run) -> None:
    """Else a changed draft of one would stand in the way of another's."""
    with (settled.path / "vinkje.toml").open("a", encoding="utf-8") as file:
        file.write(f'"Team" = ["{BRAM}", "cees@corporatie.example"]\n')
    settled.write("A2", Actiehouder="Team")
    vinkje("remind", "--date", TODAY)
    names = {"anna.eml", "team-bram.eml", "team-cees.eml", "coordinator.eml"}
    # By his own name, since he has one too.
    names = names - {"team-bram.eml"} | {"bram-de-vries.eml"}
    assert {p.name for p in drafts(settled).iterdir()} == names
    settled.write("A1", Actiehouder="cees@corporatie.example")
    vinkje("remind", "--date", TODAY)
    assert {p.name for p in drafts(settled).iterdir()} == names - {"anna.eml"}


def test_drafts_hold_news_alone(settled: Folder, vinkje: Run) -> None:
    """Who has theirs gets no draft that somebody may send once more."""
    with served(PostOffice()) as office:
        vinkje("remind", "--send", "--date", TODAY, *options(office))
        list(sent(office))
        later = vinkje("remind", "--date", "2026-12-11")
        assert "Wrote" not in later.stdout
        assert f"Had it before: {ANNA}" in later.stdout
        assert not drafts(settled).exists()
        settled.write("A2", Deadline=date(2027, 3, 2))
        vinkje("remind", "--date", "2026-12-11")
        names = ["bram-de-vries.eml", "coordinator.eml"]
        assert sorted(p.name for p in drafts(settled).iterdir()) == names


def test_two_lists_in_one_folder(settled: Folder, vinkje: Run) -> None:
    """That say the same are two; by a link it is the same one."""
    (settled.path / "zuid.xlsx").write_bytes(settled.workbook.read_bytes())
    (settled.path / "link").mkdir()
    (settled.path / "link" / "rapport.xlsx").symlink_to(settled.workbook)
    with served(PostOffice()) as office:
        for name, count in (("rapport.xlsx", 3), ("zuid.xlsx", 3), ("link/rapport.xlsx", 0)):
            vinkje("remind", name, "--send", "--date", TODAY, *options(office))
            assert len(list(sent(office))) == count, name
        (settled.path / "oost.xlsx").write_bytes(settled.workbook.read_bytes())
        vinkje("remind", "oost.xlsx", "--date", TODAY)
        vinkje("send", "oost.herinneringen", *options(office))
        assert len(list(sent(office))) == 3


def test_a_draft_that_was_changed_and_sent_can_be_written_down(
    settled: Folder, vinkje: Run
) -> None:
    """Then its own words do not go out after it."""
    vinkje("remind", "--date", TODAY)
    anna = drafts(settled) / "anna.eml"
    anna.write_bytes(anna.read_bytes() + b"PS\r\n")
    done = vinkje("send", "rapport.herinneringen/anna.eml", "--arrived")
    assert (done.returncode, done.stdout) == (0, f"Written down: {ANNA} got it.\n")
    anna.unlink()
    with served(PostOffice()) as office:
        vinkje("remind", "--send", "--date", TODAY, *options(office))
        assert set(dict(sent(office))) == {BRAM, SENDER.addr_spec}


def test_again_takes_no_draft_away(settled: Folder, vinkje: Run) -> None:
    """Of whom nothing is uncertain, nobody got anything by it."""
    vinkje("remind", "--date", TODAY)
    with served(PostOffice(data=["drop", "250 OK"])) as office:
        vinkje("send", "rapport.herinneringen/anna.eml", *options(office))
        assert vinkje("send", "rapport.herinneringen", "--again", *options(office)).returncode == 0
        assert [to for to, _ in sent(office)] == [ANNA, ANNA]
    names = ["bram-de-vries.eml", "coordinator.eml"]
    assert sorted(p.name for p in drafts(settled).iterdir()) == names


def test_a_folder_goes_to_its_owners(settled: Folder, vinkje: Run) -> None:
    """A look at all of them is what --dry-run is for; one draft can go to oneself, and stays."""
    vinkje("remind", "--date", TODAY)
    with served(PostOffice()) as office:
        refused = vinkje("send", "rapport.herinneringen", "--to", BRAM, *options(office))
        assert (refused.returncode, office.commands) == (2, [])
        vinkje("send", "rapport.herinneringen/anna.eml", "--to", BRAM, *options(office))
        assert dict(sent(office)) == {BRAM: "1 actie te laat: Proef"}
    assert (drafts(settled) / "anna.eml").exists()


@pytest.mark.usefixtures("settled")
def test_an_owner_that_is_typed_comes_beside_the_settings(vinkje: Run) -> None:
    """In the place of one of the same name."""
    done = vinkje(
        *("remind", "--date", TODAY, "--owner", "Anna", "ander@x.nl", "--dry-run"),
        *options(PostOffice(port=25)),
    )
    assert "To:        Anna <ander@x.nl>\n" in done.stdout
    assert BRAM in done.stdout


def test_a_draft_changed_by_hand_is_not_sent_in_its_old_words(settled: Folder, vinkje: Run) -> None:
    """Somebody had something else to say to her."""
    vinkje("remind", "--date", TODAY)
    anna = drafts(settled) / "anna.eml"
    anna.write_bytes(anna.read_bytes() + b"PS\r\n")
    with served(PostOffice()) as office:
        done = vinkje("remind", "--send", "--date", TODAY, *options(office))
        assert set(dict(sent(office))) == {BRAM, SENDER.addr_spec}
    assert done.returncode == 1
    assert "anna.eml: was changed by hand, so it is left as it is and not sent" in done.stderr
    assert anna.read_bytes().endswith(b"PS\r\n")


def test_an_owner_with_an_accent_in_the_address(settled: Folder, vinkje: Run) -> None:
    """Stops nobody's mail, and gets one where the server takes it."""
    settled.write("A1", Actiehouder="renée@corporatie.example")
    with served(PostOffice()) as office:
        assert vinkje("remind", "--date", TODAY).returncode == 0
        assert vinkje("remind", "--send", "--date", TODAY, *options(office)).returncode == 0
        assert set(dict(sent(office))) == {"renée@corporatie.example", BRAM, SENDER.addr_spec}
    settled.write("A1", Deadline=date(2026, 12, 2))
    with served(PostOffice(), utf8=False) as office:
        done = vinkje("remind", "--send", "--date", TODAY, *options(office))
        assert set(dict(sent(office))) == {SENDER.addr_spec}
    assert "renée@corporatie.example: NOT SENT, refused: its name before the @" in done.stderr


def test_a_coordinator_with_an_accent_in_the_address(folder: Folder, vinkje: Run) -> None:
    """Answers go to the sender then, where the server takes no such address."""
    with served(PostOffice(), utf8=False) as office:
        done = vinkje(
            *("remind", "--send", "--date", TODAY, *options(office)),
            *("--owner", "Anna", ANNA, "--coordinator", "zoë@corporatie.example"),
        )
    assert [each.to for each in office.taken] == [[ANNA]]
    (taken,) = office.taken
    assert taken.mail["Reply-To"] is None
    assert "zoë@corporatie.example: NOT SENT, refused" in done.stderr
    assert folder.order()


def test_a_reminder_never_goes_to_the_readers_of_the_report(settled: Folder, vinkje: Run) -> None:
    """An owner without an address is not the management team."""
    settled.write("A1", Actiehouder="Cees")
    vinkje("remind", "--date", TODAY)
    text = (settled.path / "vinkje.toml").read_text(encoding="utf-8")
    text = text.replace("[owners]", f'[send]\nto = ["{BRAM}"]\n[owners]')
    (settled.path / "vinkje.toml").write_text(text, encoding="utf-8")
    with served(PostOffice()) as office:
        done = vinkje("send", "rapport.herinneringen/cees.eml", *options(office))
        assert (done.returncode, office.commands) == (1, [])
        assert "cees.eml: nothing says for whom this mail is" in done.stderr
        typed = vinkje("send", "rapport.herinneringen/cees.eml", "--to", ANNA, *options(office))
        assert (typed.returncode, list(dict(sent(office)))) == (0, [ANNA])


def test_sending_is_asked_for_each_time(settled: Folder, vinkje: Run) -> None:
    """What vinkje.toml says of sending is for a run without anybody there."""
    text = (settled.path / "vinkje.toml").read_text(encoding="utf-8")
    (settled.path / "vinkje.toml").write_text(
        text.replace("[remind]", "[remind]\nsend = true"), encoding="utf-8"
    )
    with served(PostOffice()) as office:
        done = vinkje("remind", "--date", TODAY, *options(office))
        assert (done.returncode, office.commands) == (0, [])
    assert len(list(drafts(settled).iterdir())) == 3


def test_who_has_no_address_is_named_and_the_others_get_theirs(
    settled: Folder, vinkje: Run
) -> None:
    """Exit 1, since somebody was not told."""
    settled.write("A3", Besluit="Nodig", Actiehouder="Cees")
    with served(PostOffice()) as office:
        done = vinkje("remind", "--send", "--date", TODAY, *options(office))
        got = dict(sent(office))
    assert done.returncode == 1
    assert set(got) == {ANNA, BRAM, SENDER.addr_spec}
    assert "not everybody got their mail (sent now: 3)\n  'Cees' has no address." in done.stderr


def test_nothing_open_nothing_sent(settled: Folder, vinkje: Run) -> None:
    """And no fault."""
    for item in settled.order():
        settled.write(item, Besluit="Later")
    with served(PostOffice()) as office:
        done = vinkje("remind", "--send", *options(office))
    assert (done.returncode, office.commands) == (0, [])
    assert done.stdout == "Nothing is open, and nothing waits for a decision: no mail.\n"


def test_a_workbook_that_is_none_of_ours(settled: Folder, vinkje: Run) -> None:
    """Named, with what was done: nothing."""
    (settled.path / "a.xlsx").write_bytes(b"PK")
    for name in ("weg.xlsx", "a.csv", "a.xlsx", "."):
        done = vinkje("remind", name, "--date", TODAY)
        assert done.returncode == 1
        assert done.stderr.startswith(f"Error: {name}: ")
        assert "No reminder was made or sent" in done.stderr


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[owners]\n"Anna" = "anna"\n', "[owners] 'Anna': 'anna' is no e-mail address"),
        ('[owners]\n"Anna" = 7\n', "[owners] 'Anna': must be an address"),
        ('[owners]\n"Anna" = []\n', "[owners] 'Anna': must be an address"),
        ('[remind]\ncoordinator = "ik"\n', "--coordinator: 'ik' is no e-mail address"),
        ('[remind]\ncoordinator = "a@x.nl, b@x.nl"\n', "--coordinator: name one e-mail address"),
        ('[remind]\nworkbook_url = "rapport.xlsx"\n', "'rapport.xlsx' is no web address"),
    ],
)
def test_settings_that_cannot_be(settled: Folder, vinkje: Run, text: str, why: str) -> None:
    """Said before anything is written."""
    (settled.path / "vinkje.toml").write_text(text, encoding="utf-8")
    done = vinkje("remind", "--date", TODAY)
    assert done.returncode == 1
    assert why in done.stderr
    assert not drafts(settled).exists()


def test_reminders_link_to_where_the_report_does(settled: Folder, vinkje: Run) -> None:
    """Said once."""
    settings = settled.path / "vinkje.toml"
    link = "https://example.org/rapport.xlsx"
    settings.write_text(settings.read_text() + f'[report]\nworkbook_url = "{link}"\n')
    assert vinkje("remind", "--date", TODAY).returncode == 0
    part = read(drafts(settled) / "anna.eml").get_body(("plain",))
    assert part is not None
    assert link in part.get_content()


def test_an_owner_on_the_command_line(folder: Folder, vinkje: Run) -> None:
    """For once."""
    done = vinkje("remind", "--date", TODAY, "--owner", "Anna", ANNA)
    assert done.returncode == 0
    assert read(drafts(folder) / "anna.eml")["To"] == f"Anna <{ANNA}>"
    assert "'Bram de Vries' has no address" in done.stderr
    assert "the coordinator has no address. Name it with --coordinator" in done.stderr
    assert folder.answers == {"A5": NICE} != {"A5": YES}
