"""The same questionnaire as a user would write it in Django: a form, a model, a transaction each.

`python django_form.py SQLITE_FILE|POSTGRESQL_URL` prints the link and serves it, by the same server
and as many threads as ours, so that what differs is what a request does.
"""

import socket
import sys
from urllib.parse import urlsplit

import django
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from waitress import serve

ANSWERS = ("in_order", "needed", "desirable", "not_needed", "unknown")
ITEMS = [f"S{number}" for number in range(1, 21)]
PAGE = """<!doctype html><html lang="nl"><title>Checklist</title><h1>Checklist</h1>
<form method="post">{% csrf_token %}{{ form.as_div }}<button>Verzenden</button></form></html>"""


def _database(place: str) -> dict[str, object]:
    if "://" not in place:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": place}
    url = urlsplit(place)
    # Django's documentation advises persistent connections, or the pool; the pool is the quicker.
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path[1:],
        "USER": url.username,
        "HOST": url.hostname,
        "PORT": url.port,
        "OPTIONS": {"pool": True},
    }


settings.configure(
    SECRET_KEY="for a measurement",  # noqa: S106 - nothing is kept
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {**_database(sys.argv[1]), "ATOMIC_REQUESTS": True}},
    INSTALLED_APPS=[],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"page": PAGE})]},
        }
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()


class Submission(models.Model):  # type: ignore[misc]  # noqa: DJ008 - nobody looks at one
    """What one person sent."""

    at = models.DateTimeField(auto_now_add=True)
    answers = models.JSONField()

    class Meta:
        """Where the model belongs, which is no application."""

        app_label = "measured"


Checklist = type(
    "Checklist",
    (forms.Form,),
    {
        **{i: forms.ChoiceField(choices=[(a, a) for a in ANSWERS], label=f"{i}.") for i in ITEMS},
        **{f"r{n}": forms.CharField(required=False, widget=forms.Textarea) for n in range(3)},
    },
)


def answer(request: HttpRequest) -> HttpResponse:
    """Show the form; keep what is sent, and thank."""
    form = Checklist(request.POST or None)
    if request.method == "POST" and form.is_valid():
        Submission.objects.create(answers=form.cleaned_data)
        return HttpResponseRedirect("/thanks")
    return render(request, "page", {"form": form})


urlpatterns = [path("", answer), path("thanks", lambda _: HttpResponse("Dank u wel."))]


def main() -> None:
    """Make the table and serve."""
    with connection.schema_editor() as editor:
        editor.create_model(Submission)
    if connection.vendor == "sqlite":
        # Readers and a writer side by side, as Django's documentation advises.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
    serve(get_wsgi_application(), sockets=[listening], threads=16, connection_limit=1000)


if __name__ == "__main__":
    main()
