"""What the docs site has beyond Sphinx, MyST and furo."""

from typing import Any

from pygments.lexers.sql import PsqlRegexLexer
from sphinx.application import Sphinx

from extension import links, twins
from extension.checklist_file import checklist_file
from extension.commands import commands
from extension.made import add
from extension.messages import messages, more_messages, notes
from extension.settings import settings
from extension.speed import beside_archive, beside_report, growth
from forms.language import set_language


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx know of it."""
    # Our blocks of SQL are for psql, and have its own commands.
    app.add_lexer("sql", PsqlRegexLexer)
    app.connect("builder-inited", _speak)
    links.setup(app)
    twins.setup(app)
    add(app, "commands", commands)
    add(app, "settings", settings)
    add(app, "checklist-file", checklist_file)
    add(app, "notes", notes)
    add(app, "messages", messages)
    add(app, "more-messages", more_messages)
    add(app, "beside-report", beside_report)
    add(app, "beside-archive", beside_archive)
    add(app, "growth", growth)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _speak(app: Sphinx) -> None:
    """Let all that the program says of itself be in the language of this tree, and the theme."""
    set_language(app.config.language)
    if app.config.language == "nl":
        app.add_js_file("nl.js", loading_method="defer")
