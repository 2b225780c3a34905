"""The web form as people meet it: a `vinkje form web` of its own, and what answers it."""

import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html5lib
import requests
from conftest import VINKJE, environment

from forms.store.interface import Submission
from forms.store.open import read_store

HTML = "{http://www.w3.org/1999/xhtml}"
SMALL = """\
title: Proef
respondent: [{id: team, label: Uw team?, choices: [Noord, Zuid]}]
sections:
  - id: A
    title: Deel
    items: [{id: A1, text: Een.}, {id: A2, text: Twee.}]
"""


@dataclass
class Served:
    """A form in a process of its own: its link, its store, and its end."""

    link: str
    folder: Path
    process: "subprocess.Popen[str]"
    store: str

    def blank(self) -> dict[str, str]:
        """Return the fields of a page as it comes, its hidden ones filled."""
        return hidden(requests.get(self.link, timeout=30).text)

    def filled(self, **answers: str) -> dict[str, str]:
        """Return a page with the first choice of every question, save for some."""
        html = requests.get(self.link, timeout=30).text
        first = {name: values[0] for name, values in choices(html).items()}
        return {**hidden(html), **first, **answers}

    def send(self, data: Any, **options: Any) -> requests.Response:
        """Send a page; what comes is its receipt, or the page again."""
        return requests.post(self.link, data, timeout=60, allow_redirects=False, **options)

    def change(self, link: str) -> requests.Response:
        """Send what a link to change has behind its #, as the page's script does."""
        return requests.post(f"{self.link}change", {"_code": link}, timeout=30)

    def stored(self) -> list[Submission]:
        """Return all that is stored."""
        with read_store(self.store) as store:
            return list(store.submissions())

    def end(self, how: int = signal.SIGINT) -> tuple[int, str, str]:
        """End it; returns its exit code and what it said."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@contextmanager
def served(folder: Path, *args: object, **env: str) -> Iterator[Served]:
    """Serve a form from a folder, on a free port, until this is left."""
    arguments = ["form", "web", "--port", "0", *args]
    with subprocess.Popen(
        [*VINKJE, *map(str, arguments)],
        cwd=folder,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout
            said = [process.stdout.readline() for _ in range(4)]
            assert "Answers go to" in said[-1], process.communicate()
            store = said[-1].split()[3].rstrip(".")
            if store.startswith("sqlite:"):
                store = f"sqlite:///{(folder / store.removeprefix('sqlite:///')).resolve()}"
            yield Served(said[1].strip(), folder, process, store)
        finally:
            process.kill()


def hidden(html: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    found = _fields(html, "input", "hidden")
    return {field.attrib["name"]: field.attrib["value"] for field in found}


def choices(html: str) -> dict[str, list[str]]:
    """Return the choices of every question on a page."""
    found: dict[str, list[str]] = {}
    for field in _fields(html, "input", "radio"):
        found.setdefault(field.attrib["name"], []).append(field.attrib["value"])
    return found


def kept(html: str) -> dict[str, str]:
    """Return the answers that stand on a page."""
    radios = [f for f in _fields(html, "input", "radio") if "checked" in f.attrib]
    texts = _fields(html, "textarea")
    answers = {field.attrib["name"]: field.attrib["value"] for field in radios}
    return answers | {field.attrib["name"]: field.text for field in texts if field.text}


def _fields(html: str, tag: str, kind: str | None = None) -> list[Any]:
    found = html5lib.parse(html).iter(f"{HTML}{tag}")
    return [field for field in found if kind is None or field.attrib.get("type") == kind]


def answers_of(data: Mapping[str, str]) -> dict[str, str]:
    """Return what a page holds besides its own fields."""
    return {name: value for name, value in data.items() if name[0] != "_" and value}


def title_of(html: str) -> str:
    """Return a page's title."""
    match = re.search(r"<title>(.*?)</title>", html)
    return match[1] if match else ""


def small(folder: Path, text: str = SMALL) -> Path:
    """Write a small checklist."""
    (folder / "checklist.yaml").write_text(text, encoding="utf-8")
    return folder
