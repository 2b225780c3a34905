"""The questionnaire as a Google Form, made through the Forms API."""

from dataclasses import dataclass
from gettext import gettext
from typing import Any

from forms.checklist.model import Checklist
from forms.errors import GoogleError
from forms.google.credentials import account_of, login_file
from forms.google.session import DRIVE_API, FORMS_API, Google
from forms.questionnaire import Question, Questionnaire, questionnaire

_FILES = f"{DRIVE_API}/files"
_OPEN = {"isPublished": True, "isAcceptingResponses": True}


@dataclass(frozen=True)
class MadeForm:
    """A form that accepts answers: the link for those who answer, and its owner's address."""

    title: str
    link: str
    address: str


def make_form(checklist: Checklist) -> MadeForm:
    """Make the form whole, or not at all: what fails in between is deleted.

    It is made by the person who logged in, since a service account has no Drive to keep it in.
    Raises GoogleError.
    """
    login = login_file()
    if not login.exists():
        raise GoogleError(
            "",
            gettext("nobody is logged in"),
            gettext("run 'vinkje login' first, or 'vinkje form script'"),
        )
    google = Google(account_of(login), "Google Forms")
    asked = questionnaire(checklist)
    # Nobody can answer what is not published, so an unfinished form can do no harm.
    info = {"title": asked.title, "documentTitle": asked.name}
    form_id = google.post(FORMS_API, {"info": info}, {"unpublished": "true"})["formId"]
    address = f"https://docs.google.com/forms/d/{form_id}/edit"
    try:
        form = _fill(google, form_id, asked)
    # An interrupt too: no half form may stay behind in somebody's Drive.
    except BaseException as error:
        effect = _delete(google, form_id, address)
        if isinstance(error, GoogleError):
            raise error.with_effect(effect) from None
        raise
    return MadeForm(asked.title, form["responderUri"], address)


def _fill(google: Google, form_id: str, asked: Questionnaire) -> dict[str, Any]:
    google.post(f"{FORMS_API}/{form_id}:batchUpdate", {"requests": form_requests(asked)})
    google.post(
        f"{FORMS_API}/{form_id}:setPublishSettings",
        # With publishState in it: without, as a guide of Google's has it, the API refuses.
        {"publishSettings": {"publishState": _OPEN}, "updateMask": "publishState"},
    )
    google.post(
        f"{_FILES}/{form_id}/permissions",
        # Who may answer; a role of writer would let anyone change the form.
        {"type": "anyone", "view": "published", "role": "reader"},
    )
    form = google.get(f"{FORMS_API}/{form_id}")
    _check(form, asked)
    return form


def _check(form: dict[str, Any], asked: Questionnaire) -> None:
    """Refuse a form that is not as it was asked for; defaults at Google change over time."""
    titles = [item.get("title") for item in form.get("items", ()) if "questionItem" in item]
    settings = form.get("publishSettings", {}).get("publishState")
    emails = form.get("settings", {}).get("emailCollectionType")
    for is_right, difference in (
        (settings == _OPEN, gettext("it does not accept answers")),
        (
            titles == [question.title for question in asked.questions()],
            gettext("questions are missing"),
        ),
        (emails == "DO_NOT_COLLECT", gettext("it asks for e-mail addresses")),
        (bool(form.get("responderUri")), gettext("it has no link")),
    ):
        if not is_right:
            problem = gettext("Google made another form than was asked for: {difference}")
            raise GoogleError("Google Forms", problem.format(difference=difference))


def _delete(google: Google, form_id: str, address: str) -> str:
    """Delete a form that is not whole; return what became of it."""
    try:
        google.delete(f"{_FILES}/{form_id}")
    except GoogleError:
        return gettext(
            "The unfinished form could not be deleted; nobody can answer it. Delete {address}"
        ).format(address=address)
    return gettext("The unfinished form was deleted; try again")


def form_requests(asked: Questionnaire) -> list[dict[str, Any]]:
    """Return the changes that fill an empty form, for one batchUpdate."""
    items: list[dict[str, Any]] = []
    for number, page in enumerate(asked.pages):
        items.append({"title": page.title, "pageBreakItem" if number else "textItem": {}})
        items += [_item(question) for question in page.questions]
    # An organisation's default is VERIFIED: people would have to sign in, and be known.
    settings = {"emailCollectionType": "DO_NOT_COLLECT"}
    return [
        {
            "updateFormInfo": {
                "info": {"description": asked.introduction},
                "updateMask": "description",
            }
        },
        {"updateSettings": {"settings": settings, "updateMask": "emailCollectionType"}},
        *(
            {"createItem": {"item": item, "location": {"index": index}}}
            for index, item in enumerate(items)
        ),
    ]


def _item(question: Question) -> dict[str, Any]:
    options = [{"value": choice.label} for choice in question.choices]
    kind = (
        {"choiceQuestion": {"type": "RADIO", "options": options}}
        if options
        else {"textQuestion": {"paragraph": True}}
    )
    about = {"description": question.help} if question.help else {}
    asked = {"question": {"required": question.required} | kind}
    return {"title": question.title, **about, "questionItem": asked}
