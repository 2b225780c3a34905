"""The docs site: `make site` builds docs/nl and docs/en with this, each a tree of its own.

Which of the two it is follows from `-D language=…`. What Sphinx cannot do itself is in
`docs/extension`: the link to the other language, links out of a tree, and the pages that are made
from the program.
"""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

project = "vinkje"
html_title = "vinkje"
extensions = ["myst_parser", "extension"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4  # links to headings, as code-hosting sites make them

html_theme = "furo"
html_theme_options: dict[str, object] = {
    "top_of_page_buttons": [],
    # As in the workbook and the mail.
    "light_css_variables": {"color-brand-primary": "#1d4e5f", "color-brand-content": "#1d4e5f"},
    "dark_css_variables": {"color-brand-primary": "#8fd3e8", "color-brand-content": "#8fd3e8"},
}
templates_path = ["look"]
html_static_path = ["look/static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_search_scorer = str(DOCS / "look" / "search.js")
locale_dirs = [str(DOCS / "look" / "locale")]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False
# A terminal's words are no English prose: `--` stays as it is typed.
smartquotes = False
