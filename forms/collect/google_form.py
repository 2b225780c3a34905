"""Answers from a Google Form: from its linked Sheet, else from the form itself."""

from gettext import gettext
from sys import intern
from typing import Any

from forms.checklist.model import Checklist
from forms.collect.access import Access, Progress
from forms.collect.google_sheet import sheet_table
from forms.differences import Difference, LiveQuestion, form_differences
from forms.errors import GoogleError, SourceError
from forms.google.credentials import READ_FORM, sign_in
from forms.google.session import FORMS_API, Google
from forms.notes import Note
from forms.responses.model import Row, Table
from forms.responses.note_kinds import DeletedQuestions

# By Google's reference a form from before forms were published has no such settings: it is open.
_OPEN = {"isAcceptingResponses": True}


def form_table(
    form_id: str, place: str, checklist: Checklist, tab: str | None, access: Access
) -> Table:
    """Return the table of answers to a form, times as the ISO 8601 texts that Google gives.

    The linked Sheet goes first, since people mend answers there. Raises GoogleError, SourceError
    for a `tab` where no Sheet is linked, and what `sheet_table` raises.
    """
    google, form = _open(form_id, place, access)
    if sheet_id := form.get("linkedSheetId"):
        try:
            sheet = gettext("{form} (its linked Sheet)").format(form=place)
            return sheet_table(sheet_id, sheet, checklist, tab, access)
        except GoogleError as error:
            raise error.with_effect(
                gettext(
                    "Or unlink that Sheet in the form, under Responses: then the form's own "
                    "answers are read"
                )
            ) from None
    if tab is not None:
        raise SourceError(
            place,
            gettext("this form has no linked Sheet, so no tabs"),
            gettext("leave --tab out"),
        )
    asked = form_questions(form)
    ids = [question.id for question in asked]
    rows, deleted = _rows(google, form_id, ids, access.progress)
    return Table(
        f"Google Form '{_title(form)}'",
        # As the linked Sheet heads them, so that one reader knows both.
        ["Timestamp", "Email address", *(question.title for question in asked)],
        rows,
        notes=(Note(DeletedQuestions(deleted)),) if deleted else (),
    )


def live_differences(
    form_id: str, place: str, checklist: Checklist, access: Access
) -> list[Difference]:
    """Return what differs between the checklist and a form as it stands now.

    Raises GoogleError, and HeadersError for another checklist's form.
    """
    _, form = _open(form_id, place, access)
    differences = form_differences(form_questions(form), checklist, place)
    # Google's default for an organisation is VERIFIED, which asks people to sign in.
    if form.get("settings", {}).get("emailCollectionType") in {"VERIFIED", "RESPONDER_INPUT"}:
        text = gettext("the form asks for e-mail addresses")
        differences.append(Difference(text, loses=False))
    state = form.get("publishSettings", {}).get("publishState", _OPEN)
    if not state.get("isAcceptingResponses"):
        text = gettext("the form does not accept answers now")
        differences.append(Difference(text, loses=False))
    return differences


def _open(form_id: str, place: str, access: Access) -> tuple[Google, dict[str, Any]]:
    google = Google(sign_in(access.credentials, READ_FORM), place)
    return google, google.get(f"{FORMS_API}/{form_id}")


def _title(form: dict[str, Any]) -> str:
    info = form.get("info", {})
    return str(info.get("title") or info.get("documentTitle") or "")


def form_questions(form: dict[str, Any]) -> list[LiveQuestion]:
    """Return every question of a form (a Forms API resource), in its order; a grid has one a row.

    A row's title is as the linked Sheet heads it: `Title [Row]`.
    """
    questions = []
    for item in form.get("items", ()):
        title = item.get("title", "")
        if question := item.get("questionItem", {}).get("question"):
            questions.append(_question(question, title))
        for row in item.get("questionGroupItem", {}).get("questions", ()):
            about = row.get("rowQuestion", {}).get("title", "")
            questions.append(_question(row, f"{title} [{about}]"))
    return questions


def _question(question: dict[str, Any], title: str) -> LiveQuestion:
    choice = question.get("choiceQuestion", {})
    # Boxes that are ticked together come back as one text, which is none of the choices.
    single = choice and choice.get("type") != "CHECKBOX"
    choices = tuple(
        gettext("(other)") if option.get("isOther") else option.get("value", "")
        for option in choice.get("options", ())
    )
    return LiveQuestion(
        question.get("questionId", ""),
        title,
        choices if single else None,
        bool(question.get("required")),
    )


def _rows(
    google: Google, form_id: str, ids: list[str], progress: Progress
) -> tuple[list[Row], int]:
    """Return a row per response, and how many answers belong to no question of today.

    All pages come first, since an answer of the last page may be such a one.
    """
    rows: dict[str, Row] = {}
    asked, deleted = set(ids), 0
    # Without a pageSize Google gives as many as it can, 5,000: its limit is on requests a minute.
    params: dict[str, str] = {}
    while True:
        page = google.get(f"{FORMS_API}/{form_id}/responses", params)
        for response in page.get("responses", ()):
            # A response that is edited in between stands on two pages, and counts once.
            key = response.get("responseId") or f"row {len(rows)}"
            if key not in rows:
                rows[key] = _row(response, ids)
                deleted += len(response.get("answers", {}).keys() - asked)
        if not (token := page.get("nextPageToken")):
            return list(rows.values()), deleted
        progress(len(rows), 0)
        params = {"pageToken": token}


def _row(response: dict[str, Any], ids: list[str]) -> Row:
    answers = response.get("answers", {})
    time = response.get("lastSubmittedTime") or response.get("createTime")
    cells = [_text(answers[key]) if key in answers else None for key in ids]
    return [time, response.get("respondentEmail"), *cells]


def _text(answer: dict[str, Any]) -> str:
    given = answer.get("textAnswers", {}).get("answers", ())
    # The same few answers stand in thousands of rows.
    return intern(", ".join(str(one.get("value", "")) for one in given))
