"""Remarks that came since the last report: announced, and not mailed before anybody could read."""

import io
import os
import zipfile
from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, run_vinkje
from mail_server import PostOffice, served
from mailing import SENDER
from workbooks import opened
from working import YES, Folder, begun, checklist

from forms.analysis.withheld import CODE
from forms.jobs.report import ReportRequest, make_report
from forms.wording import wording

NAMES, OTHER, LATER = "Jan van de Kerkstraat belde", "Gaat goed", "Dit kan beter"
FIRST, NEXT = date(2026, 11, 23), date(2026, 11, 30)
WORDS = wording("nl")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with a first report, in which there are two remarks."""
    return begun(_reported, tmp_path)


def _with_remarks(path: Path, **more: Any) -> Folder:
    return Folder(path, checklist(**more), remarks={"A1": NAMES, "A2": OTHER})


def _reported(path: Path) -> Folder:
    made = _with_remarks(path)
    made.report(FIRST)
    return made


def mail(folder: Folder) -> Any:
    """Return the draft beside the report."""
    content = folder.workbook.with_suffix(".eml").read_bytes()
    return message_from_bytes(content, policy=policy.default)


def copied(folder: Folder) -> str:
    """Return all that is in the copy that the mail holds, as text."""
    (attached,) = mail(folder).iter_attachments()
    return _parts(attached.get_payload(decode=True))


def reported(folder: Folder) -> str:
    """Return all that is in the report itself, as text."""
    return _parts(folder.workbook.read_bytes())


def _parts(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def said(folder: Folder) -> str:
    """Return what the mail says, as text and as a page."""
    parts = [mail(folder).get_body((kind,)).get_content() for kind in ("plain", "html")]
    return "\n".join(parts)


def withhold(folder: Folder, text: str) -> None:
    """Choose Nee beside a remark."""
    workbook = opened(folder.workbook)
    sheet: Any = workbook["Deel"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    (show,) = [cell.column for cell in cells if cell.value == WORDS("section.show")]
    row = next(cell.row for cell in cells if cell.value == text)
    sheet.cell(row, show).value = WORDS("section.show_no")
    workbook.save(folder.workbook)


def test_a_name_is_in_no_mail_before_it_could_be_withheld(folder: Folder) -> None:
    """The report shows it, the copy that leaves does not; the mail says so."""
    assert [text in reported(folder) for text in (NAMES, OTHER)] == [True, True]
    assert [text in copied(folder) for text in (NAMES, OTHER)] == [False, False]
    assert said(folder).count(WORDS("mail.copy_unread")) == 2
    assert WORDS("mail.remarks", count=2) not in said(folder)
    withhold(folder, NAMES)
    assert folder.report(NEXT).to_read is None
    assert NAMES not in copied(folder) + reported(folder)
    assert OTHER in copied(folder)
    assert WORDS("mail.copy_unread") not in said(folder)
    assert said(folder).count(WORDS("mail.remarks", count=1)) == 2


def test_what_could_be_read_is_mailed(folder: Folder) -> None:
    """The next report's copy is the whole workbook."""
    folder.report(NEXT)
    (attached,) = mail(folder).iter_attachments()
    assert attached.get_payload(decode=True) == folder.workbook.read_bytes()
    assert NAMES in copied(folder)


def test_only_what_is_new_is_announced(folder: Folder) -> None:
    """And what was there before stays in the copy."""
    folder.answers = {"A1": YES}
    folder.remarks = {"A1": LATER, "A2": OTHER}
    note = folder.report(NEXT).to_read
    assert note is not None
    assert note.values["count"] == 1
    assert OTHER in copied(folder)
    assert LATER in reported(folder)
    assert LATER not in copied(folder)


@pytest.mark.parametrize(
    ("about", "subjects"), [("item", ("A1", "B2")), ("section", ("Eerste deel", "Tweede"))]
)
def test_it_says_where_they_are(tmp_path: Path, about: str, subjects: tuple[str, str]) -> None:
    """On the tabs of their sections, by the names that these have in the workbook."""
    sections = [
        {"id": i, "title": title, "items": [{"id": f"{i}{n}", "text": f"{i} {n}."} for n in "12"]}
        for i, title in (("A", "Eerste deel"), ("B", "Tweede"))
    ]
    folder = Folder(tmp_path, checklist(remarks=about, sections=sections))
    folder.remarks = dict.fromkeys(subjects, NAMES)
    note = folder.report(FIRST).to_read
    assert note is not None
    assert "Nieuwe toelichtingen: 2. Lees ze eerst, op tabblad Eerste deel (1), Tweede (1)." in (
        note.text(WORDS)
    )


def test_while_the_round_is_open_there_are_none_to_read(tmp_path: Path) -> None:
    """They come all at once when it has closed."""
    folder = _with_remarks(tmp_path, round={"name": "Najaar", "closes": FIRST})
    assert folder.report(FIRST).to_read is None
    note = folder.report(NEXT).to_read
    assert note is not None
    assert note.values["count"] == 2
    assert NAMES not in copied(folder)


def test_the_command_says_it_before_it_names_the_mail(tmp_path: Path, vinkje: Run) -> None:
    """And how to withhold one; once they could be read it is silent."""
    folder = _with_remarks(tmp_path)
    folder.report(FIRST)
    for path in folder.path.glob("rapport.*"):
        path.unlink()
    done = vinkje("report", "a.csv", "--date", FIRST)
    told, _, wrote = done.stdout.partition("\n\nWrote ")
    *_, line = told.splitlines()
    assert line.startswith("New remarks: 2. Read them first, on the tab Deel (2). ")
    assert "Choose Nee under Tonen there" in line
    assert "rapport.eml" in wrote
    assert "New remarks" not in vinkje("report", "a.csv", "--date", NEXT).stdout


def test_who_sends_the_mail_is_told_what_its_copy_lacks(folder: Folder, vinkje: Run) -> None:
    """Until there is one that has it."""
    told = "rapport.eml: the copy in it does not have the new remarks yet; read them"
    assert told in vinkje("send", "--to", "mt@corporatie.example", "--dry-run").stderr
    folder.report(NEXT)
    assert told not in vinkje("send", "--to", "mt@corporatie.example", "--dry-run").stderr


def test_with_a_link_the_workbook_itself_is_what_others_see(folder: Folder) -> None:
    """Nothing is mailed but the way to it, so that is what is said."""
    folder.remarks = {"A1": LATER}
    folder.answers = {"A1": YES}
    note = folder.report(NEXT, workbook_url="https://example.org/rapport.xlsx").to_read
    assert note is not None
    assert note.key == "new_remarks_shared"
    assert list(mail(folder).iter_attachments()) == []
    assert WORDS("mail.copy_unread") not in said(folder)


def test_a_scheduler_mails_them_a_run_later(tmp_path: Path) -> None:
    """Its log says first that there are some to read; that they are in the copy then is news."""
    folder = _with_remarks(tmp_path)
    folder.report(FIRST)
    for path in folder.path.glob("rapport.*"):
        path.unlink()
    settings = 'source = "a.csv"\n[send]\nhost = "127.0.0.1"\nsecurity = "none"\n'
    settings += f'sender = "{SENDER.addr_spec}"\nto = ["mt@corporatie.example"]\n'
    (tmp_path / "vinkje.toml").write_text(settings, encoding="utf-8")
    with served(PostOffice()) as post:
        for day in (FIRST, NEXT, date(2026, 12, 7)):
            done = run_vinkje("run", "--date", day, cwd=tmp_path, VINKJE_SEND_PORT=str(post.port))
            assert done.returncode == 0, done.stderr
    first, second, third = (tmp_path / "vinkje.log").read_text(encoding="utf-8").splitlines()
    assert "(noted: New remarks: 2. Read them first" in first
    assert "sent to 1" in first
    assert "New remarks" not in second + third
    assert "sent to 1" in second
    assert "nothing new for 1" in third
    assert NAMES not in first + second + third
    assert len(post.taken) == 2


def test_a_copy_that_comes_back_tells_no_name(folder: Folder) -> None:
    """Of a remark that it never held, it cannot say yes: what was kept out stays out."""
    (attached,) = mail(folder).iter_attachments()
    withhold(folder, NAMES)
    folder.report(NEXT)
    folder.workbook.write_bytes(attached.get_payload(decode=True))
    folder.report(date(2026, 12, 7))
    assert NAMES not in reported(folder) + copied(folder)
    folder.report(date(2026, 12, 14))
    assert NAMES not in reported(folder) + copied(folder)


@pytest.mark.parametrize("lost", ["workbook", "replaced by its copy"])
def test_what_stood_in_a_workbook_that_is_gone_is_not_read(folder: Folder, lost: str) -> None:
    """Whether somebody saw it nobody knows; it is announced again, and mailed a report later."""
    (attached,) = mail(folder).iter_attachments()
    if lost == "workbook":
        for kind in (".xlsx", ".eml", ".html"):
            folder.workbook.with_suffix(kind).unlink()
    else:
        folder.workbook.write_bytes(attached.get_payload(decode=True))
    assert folder.report(NEXT).to_read is not None
    assert NAMES not in copied(folder)
    assert folder.report(date(2026, 12, 7)).to_read is None
    assert NAMES in copied(folder)


def test_what_one_person_typed_in_place_of_an_answer_is_not_told(tmp_path: Path) -> None:
    """It may name somebody, and nothing can keep it out; what many typed is no secret."""
    folder = Folder(tmp_path)
    folder.report(FIRST)
    rows = [f'"{first}",{",".join([YES] * 4)}' for first in (NAMES, *["Tja"] * 5, YES)]
    source = tmp_path / "b.csv"
    source.write_text("\n".join(["A1,A2,A3,A4,A5", *rows]), encoding="utf-8")
    checked = tmp_path / "checklist.yaml"
    result = make_report(ReportRequest((str(source),), folder.workbook, checked, NEXT))
    assert NAMES not in reported(folder) + copied(folder)
    assert "Tja" in reported(folder)
    places = [note.rows for note in result.read if note.key == "unread_cells"]
    assert places == ["2 (A1), 3 (A1), 4 (A1), 5 (A1), 6 (A1), … (+1)"]


@pytest.fixture
def mailed(tmp_path: Path) -> Folder:
    """Return a folder with a second report: the copy in its mail holds both remarks."""
    return begun(_reported_twice, tmp_path)


def _reported_twice(path: Path) -> Folder:
    made = _reported(path)
    made.report(NEXT)
    assert NAMES in copied(made)
    return made


SEND = ("send", "--to", "mt@corporatie.example", "--host", "127.0.0.1", "--security", "none")


def refused(vinkje: Run, *more: str) -> str:
    """Return why nothing was sent, before any server was asked."""
    done = vinkje(*SEND, "--sender", SENDER.addr_spec, "--port", "1", *more)
    assert done.returncode == 1
    return str(done.stderr)


def test_what_is_withheld_since_does_not_leave(mailed: Folder, vinkje: Run) -> None:
    """Whatever the times of the files are; a new report has another copy."""
    withhold(mailed, NAMES)
    os.utime(mailed.workbook, (0, 0))
    for more in ([], ["--again"], ["--dry-run"]):
        told = refused(vinkje, *more)
        assert "rapport.eml: you chose No beside a remark since this mail was made; make" in told
        assert NAMES not in told
    assert not mailed.path.joinpath("rapport.verzonden.jsonl").exists()
    mailed.report(date(2026, 12, 7))
    assert vinkje(*SEND, "--sender", SENDER.addr_spec, "--dry-run").returncode == 0


def test_a_copy_that_lacks_it_anyhow_may_leave(folder: Folder, vinkje: Run) -> None:
    """As a first one does: nobody could have read what is new."""
    withhold(folder, NAMES)
    assert vinkje(*SEND, "--sender", SENDER.addr_spec, "--dry-run").returncode == 0
    folder.workbook.unlink()
    assert vinkje(*SEND, "--sender", SENDER.addr_spec, "--dry-run").returncode == 0


def test_a_no_counts_without_its_code_and_without_the_hidden_tab(
    mailed: Folder, vinkje: Run
) -> None:
    """People take away what they do not know."""
    withhold(mailed, NAMES)
    workbook = opened(mailed.workbook)
    for sheet in workbook.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, str) and CODE.fullmatch(cell.value):
                cell.value = None
        if sheet.sheet_state != "visible":
            workbook.remove(sheet)
    workbook.save(mailed.workbook)
    assert "you chose No beside a remark" in refused(vinkje)


def test_a_mail_by_another_name_is_still_about_its_workbook(mailed: Folder, vinkje: Run) -> None:
    """Its copy says whose it is."""
    withhold(mailed, NAMES)
    mailed.workbook.with_suffix(".eml").rename(mailed.path / "Mail MT.eml")
    assert "Mail MT.eml: you chose No" in refused(vinkje, "Mail MT.eml")


def gone(workbook: Path) -> None:
    """Take the workbook away."""
    workbook.unlink()


def damaged(workbook: Path) -> None:
    """Cut the workbook off."""
    workbook.write_bytes(workbook.read_bytes()[:2000])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [(gone, "is not beside its mail any more; put it back"), (damaged, "cannot be read as an Exc")],
)
def test_remarks_stay_where_no_workbook_tells_which_may_leave(
    mailed: Folder, vinkje: Run, spoil: Callable[[Path], None], why: str
) -> None:
    """But a mail is stopped by nothing else in it."""
    spoil(mailed.workbook)
    told = refused(vinkje)
    assert "rapport.xlsx: " in told
    assert why in told
    assert "so nothing was sent" in told
    assert "Traceback" not in told
