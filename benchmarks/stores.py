"""Durable answers a second: our form on SQLite and PostgreSQL, beside one written in Django.

Each serves from a process of its own on 127.0.0.1; all are loaded in turns, and the best of each
counts. The slow disk is a library before PostgreSQL and SQLite: 5 ms a sync, such as a plain disk.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

from web import POST_LUA, TURNS, form_body, ours, show_ratio, slow_disk, wrk

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


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        print("Durable answers a second")
        _compare("", folder, {})
        if slow := slow_disk(folder):
            _compare(", 5 ms a sync", folder, {"LD_PRELOAD": slow})


def _compare(disk: str, folder: Path, env: Mapping[str, str]) -> None:
    """Load every way of serving in turns."""
    with ExitStack() as stack:
        new = stack.enter_context(_postgresql(folder / f"pg{len(env)}", env))
        ways: dict[str, list[Posting]] = {
            "ours, SQLite": [stack.enter_context(_ours(folder, "", env))],
            "Django, SQLite": [stack.enter_context(_django(folder / f"dj{len(env)}.db", env))],
        }
        if new:
            shared = new()
            init_store(shared)
            first = stack.enter_context(_ours(folder, shared, env))
            second = stack.enter_context(_ours(folder, shared, env))
            ways["ours, PostgreSQL"] = [first, first]
            ways["ours twice, PostgreSQL"] = [first, second]
            ways["Django, PostgreSQL"] = [stack.enter_context(_django(new(), env))]
        best = dict.fromkeys(ways, 0.0)
        for turn in range(TURNS):
            for number, (way, postings) in enumerate(ways.items()):
                with ThreadPoolExecutor() as loads:
                    keys = [10**9 * (10 * turn + number) + 10**8 * i for i in range(2)]
                    rates = loads.map(lambda post, key: post(key), postings, keys)
                    best[way] = max(best[way], sum(rates))
    for way, rate in best.items():
        print(f"  {way + disk:<36} {rate:6.0f}/s")
    for engine in ("SQLite", "PostgreSQL"):
        if f"ours, {engine}" in best:
            ratio = best[f"ours, {engine}"] / best[f"Django, {engine}"]
            show_ratio(f"ours / Django, {engine}{disk}", ratio, "3 or more")
    if new:
        ratio = best["ours twice, PostgreSQL"] / best["ours, PostgreSQL"]
        show_ratio(f"two servers / one{disk}", ratio, "more than 1")


@contextmanager
def _ours(folder: Path, store: str, env: Mapping[str, str]) -> Iterator[Posting]:
    with ours(folder, "form", store, env=env) as (link, _), urlopen(link) as page:  # noqa: S310
        body = form_body(page.read().decode())
        yield lambda first: wrk(f"{link}send", POST_LUA % (body, first))


@contextmanager
def _django(database: Path | str, env: Mapping[str, str]) -> Iterator[Posting]:
    command = [sys.executable, str(HERE / "django_form.py"), str(database)]
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

    if not postgres_program("initdb"):
        print("  PostgreSQL is not installed; it is not measured")
        yield None
        return
    with postgres(folder, durable=True, env=env, shared_buffers="128MB") as cluster:
        yield cluster.new_database


if __name__ == "__main__":
    main()
