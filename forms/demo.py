"""Made-up answers, to see what comes out before anybody was asked."""

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from forms.checklist import Checklist, load_checklist
from forms.collect.source import open_source
from forms.errors import OutputError
from forms.files import refuse_in_use, write_all
from forms.questionnaire import Question, questionnaire
from forms.reading import read_responses
from forms.report.findings import find
from forms.report.make import Made, write_report
from forms.report.report import Report
from forms.wording import Answer, Wording, wording

RESPONDENTS = 60
_REMARK_SHARE = 0.15


def make_demo(folder: Path, checklist_path: Path, today: date) -> Made:
    """Write made-up answers and the report on them; the same day gives the same files.

    Raises FormsError.
    """
    checklist = load_checklist(checklist_path)
    words = wording(checklist.language)
    title = words("demo.title", title=checklist.title)
    checklist = checklist.model_copy(update={"title": title, "round": None})
    answers = folder / words("demo.answers_file")
    output = folder / "rapport.xlsx"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: the folder cannot be made: {error.strerror}") from None
    refuse_in_use(output)
    write_all({answers: made_up_answers(checklist, today).encode("utf-8-sig")})
    responses = read_responses(open_source(str(answers), checklist), checklist)
    report = Report(checklist, responses, find(checklist, responses, today), today)
    contents = write_report(report, output)
    kept = write_all(contents, keep_former=[output])
    return Made(report, "", (answers, *contents), tuple(kept))


def made_up_answers(checklist: Checklist, today: date, respondents: int = RESPONDENTS) -> str:
    """Return answers as Google Sheets would download them: CSV, a row per respondent."""
    random = Random(f"vinkje {checklist.title} {respondents}")  # noqa: S311 - no secret
    words = wording(checklist.language)
    questions = list(questionnaire(checklist).questions())
    moods = {q.id: _mood(random) for q in questions if q.kind == "item"}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([words("archive.time"), *(question.title for question in questions)])
    for number in range(respondents):
        start = datetime.combine(today - timedelta(days=14), time(8))
        when = start + timedelta(minutes=number * 251 + random.randrange(200))
        cells = [_cell(question, moods, random, words) for question in questions]
        writer.writerow([f"{when.day}-{when.month}-{when.year} {when:%H:%M:%S}", *cells])
    return text.getvalue()


def _mood(random: Random) -> list[int]:
    """Return how likely each answer is to one statement, in percent."""
    return random.choice(
        [
            [88, 3, 4, 2, 3],
            [84, 4, 6, 2, 4],
            [48, 22, 18, 6, 6],
            [20, 48, 20, 4, 8],
            [30, 14, 40, 8, 8],
            [35, 4, 12, 40, 9],
            [86, 2, 4, 4, 4],
        ]
    )


def _cell(question: Question, moods: dict[str, list[int]], random: Random, words: Wording) -> str:
    if question.kind == "remark":
        remarks = words("demo.remarks").splitlines()
        return random.choice(remarks) if random.random() < _REMARK_SHARE else ""
    labels = [choice.label for choice in question.choices]
    if question.kind == "respondent":
        return random.choice(labels)
    return random.choices(labels, weights=moods[question.id][: len(Answer)])[0]
