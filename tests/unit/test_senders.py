"""Whose a request is, and whose turn: pure."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.publish.web.listener import FairQueue
from forms.publish.web.senders import Senders, network


def _behind(*proxies: str) -> Senders:
    found = [network(proxy) for proxy in proxies]
    return Senders([one for one in found if one])


@pytest.mark.parametrize(
    ("peer", "forwarded", "sender"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", '"[2001:db8:1:2::7]:4711"', "2001:db8:1:2::/64"),
        ("10.0.0.1", "2001:db8:1:2:aaaa::9", "2001:db8:1:2::/64"),
        ("10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", None, ""),
        ("10.0.0.1", "unknown", ""),
        ("10.0.0.1", "203.0.113.9, unknown", ""),
        ("10.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("10.0.0.1", "10.1.2.3, 10.0.0.2", "10.1.2.3"),
        ("10.0.0.1", "unknown, 10.1.2.3", "10.1.2.3"),
        ("10.0.0.1", ",".join(["10.0.0.2"] * 50_000), "10.0.0.2"),
        ("", None, ""),
    ],
)
def test_whose_a_request_is(peer: str, forwarded: str | None, sender: str) -> None:
    """Only a web server that is ours is believed, and only of the one before it."""
    assert _behind("10.0.0.0/8").of(peer, forwarded) == sender


@pytest.mark.parametrize(
    ("proxies", "hops"),
    [(["10.0.0.1", "10.0.0.2"], ("10.0.0.1", "10.0.0.2")), (["127.0.0.0/8"], ("127.0.0.1",) * 2)],
)
def test_a_web_server_is_nobody(proxies: list[str], hops: tuple[str, str]) -> None:
    """One that names nobody, before another: what all come by has no limit that all share."""
    assert _behind(*proxies).of(*hops) == ""


def test_nobody_is_known_where_all_come_by_one_web_server() -> None:
    """What they write themselves is not believed."""
    assert Senders(told_apart=False).of("198.51.100.7", "203.0.113.9") == ""


@given(st.text(), st.text())
def test_whatever_is_written_there(peer: str, forwarded: str) -> None:
    """It is somebody's or nobody's, never an error."""
    assert isinstance(_behind("0.0.0.0/0", "::/0").of(peer, forwarded), str)
    assert isinstance(_behind("10.0.0.0/8").of(peer, forwarded), str)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers())))
def test_senders_take_turns(tasks: list[tuple[str, int]]) -> None:
    """Each one's own stay in order; of those who wait, nobody goes twice before all others."""
    queue = FairQueue(lambda task: str(task[0]))
    for task in tasks:
        queue.append(task)
    assert len(queue) == len(tasks)
    done = [queue.popleft() for _ in tasks]
    assert not queue
    for sender in "abc":
        assert [t for t in done if t[0] == sender] == [t for t in tasks if t[0] == sender]
    for place, ((one, _), (other, _)) in enumerate(itertools.pairwise(done)):
        if one == other:
            assert {task[0] for task in done[place:]} == {one}


def test_who_leaves_the_queue() -> None:
    """Waits no longer, and is not found there again; others keep their turn."""
    queue = FairQueue(lambda task: str(task[0]))
    for task in ("a1", "a2", "a3", "b1", "c1"):
        queue.append(task)
    assert [queue.remove(task) for task in ("b1", "b1", "a2", "d1")] == [True, False, True, False]
    assert len(queue) == 3
    assert [queue.popleft() for _ in range(3)] == ["a1", "c1", "a3"]
    assert not queue
