"""Durable answers a second: our form on SQLite and PostgreSQL, beside one written in Django.

Each serves from a process of its own on 127.0.0.1; all are loaded in turns. The slow
disk is a library before PostgreSQL and SQLite: 5 ms a sync, such as a plain disk.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

from process import needed, python
from ratios import Ratio, conclude, in_turns
from web import POST_LUA, form_body, ours, slow_disk, wrk

from forms.store.open import init_store

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests" / "support"))

DJANGO_LUA = """
local token = string.rep("a", 32)
local body = "csrfmiddlewaretoken=" .. token
for item = 1, 20 do body = body .. "&S" .. item .. "=in_order" end
request = function()
  return wrk.format("POST", "/",
    {["Content-Type"] = "application/x-www-form-urlencoded", ["Host"] = "127.0.0.1",
     ["Cookie"] = "csrftoken=" .. token, ["Connection"] = "close"}, body)
end
"""
Posting = Callable[[int], float]
RATIOS = (
    ("ours / Django, SQLite", "ours, SQLite", "Django, SQLite"),
    ("ours / Django, PostgreSQL", "ours, PostgreSQL", "Django, PostgreSQL"),
    ("two servers / one", "ours twice, PostgreSQL", "ours, PostgreSQL, two loads"),
)


def main() -> None:
    """Measure and print."""
    if not needed("wrk", shutil.which("wrk")):
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        ratios = _compared("", folder, {})
        if slow := slow_disk(folder):
            ratios += _compared(", 5 ms a sync", folder, {"LD_PRELOAD": slow})
    conclude(ratios)


def _compared(disk: str, folder: Path, env: Mapping[str, str]) -> list[Ratio]:
    """Load every way of serving in turns."""
    with ExitStack() as stack:
        ways = _ways(stack, folder, env)

        def turn(number: int, _is_wanted: object) -> dict[str, float]:
            rates = {w: _rate(p, 10 * number + i) for i, (w, p) in enumerate(ways.items())}
            print(f"Durable answers a second{disk}, turn {number + 1}")
            for way, rate in rates.items():
                print(f"  {way:<36} {rate:6.0f}/s", flush=True)
            return {f"{name}{disk}": rates[a] / rates[b] for name, a, b in RATIOS if a in rates}

        return in_turns(turn)


def _ways(stack: ExitStack, folder: Path, env: Mapping[str, str]) -> dict[str, list[Posting]]:
    """Begin every way of serving; each is one place or two to post to at once."""
    ways: dict[str, list[Posting]] = {
        "ours, SQLite": [stack.enter_context(_ours(folder, "", env))],
        "Django, SQLite": [stack.enter_context(_django(folder / f"dj{len(env)}.db", env))],
    }
    if new := stack.enter_context(_postgresql(folder / f"pg{len(env)}", env)):
        shared = new()
        init_store(shared)
        first = stack.enter_context(_ours(folder, shared, env))
        second = stack.enter_context(_ours(folder, shared, env))
        ways["ours, PostgreSQL"] = [first]
        ways["ours, PostgreSQL, two loads"] = [first, first]
        ways["ours twice, PostgreSQL"] = [first, second]
        ways["Django, PostgreSQL"] = [stack.enter_context(_django(new(), env))]
    return ways


def _rate(postings: list[Posting], number: int) -> float:
    """Load all at once; return what they took together. The number tells loads' keys apart."""
    with ThreadPoolExecutor() as loads:
        keys = [10**9 * number + 10**8 * place for place in range(len(postings))]
        rates = loads.map(lambda post, key: post(key), postings, keys)
        return float(sum(rates))


@contextmanager
def _ours(folder: Path, store: str, env: Mapping[str, str]) -> Iterator[Posting]:
    with ours(folder, "form", store, env=env) as (link, _), urlopen(link) as page:  # noqa: S310
        body = form_body(page.read().decode())
        yield lambda first: wrk(f"{link}send", POST_LUA % (body, first))


@contextmanager
def _django(database: Path | str, env: Mapping[str, str]) -> Iterator[Posting]:
    command = [python("peers"), str(HERE / "django_form.py"), str(database)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **env},
    ) as process:
        link = process.stdout.readline().strip() if process.stdout else ""
        try:
            yield lambda _: wrk(link, DJANGO_LUA)
        finally:
            process.terminate()


@contextmanager
def _postgresql(folder: Path, env: Mapping[str, str]) -> Iterator[Callable[[], str] | None]:
    """Yield what makes an empty database, by its address; None without PostgreSQL."""
    from postgres_server import postgres, postgres_program

    if not needed("PostgreSQL", postgres_program("initdb")):
        yield None
        return
    with postgres(folder, durable=True, env=env, shared_buffers="128MB") as cluster:
        yield cluster.new_database


if __name__ == "__main__":
    main()
