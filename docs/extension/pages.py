"""The pages as they lie on disk: two trees of Markdown side by side, `nl` and `en`."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent.parent


def other_tree(tree: Path) -> Path:
    """Return the tree in the other language."""
    return tree.with_name({"nl": "en", "en": "nl"}[tree.name])


def page_file(tree: Path, name: str) -> Path:
    """Return where a page lies; its name is its path in the tree, without .md."""
    return tree / f"{name}.md"


def page_names(tree: Path) -> list[str]:
    """Return the names of all pages of a tree, such as `beheer/index`."""
    return sorted(path.relative_to(tree).with_suffix("").as_posix() for path in tree.rglob("*.md"))


def front_matter(path: Path) -> dict[str, object]:
    """Return what stands between the two lines of dashes that a page begins with."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        return {}
    try:
        found = yaml.safe_load(text[4:].partition("\n---\n")[0])
    except yaml.YAMLError:
        # MyST says what is wrong with it.
        return {}
    return found if isinstance(found, dict) else {}
