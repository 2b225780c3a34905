"""The Jinja2 templates: whatever is put in is escaped, whatever is missing is our mistake."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from forms.resources import resource


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(name: str, /, **values: object) -> str:
    """Return a template filled in; names that end in .html.j2 are escaped."""
    return _environment().get_template(name).render(**values)
