"""The port: whether it can be had, and whose it is."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from normalization_tracker.trial import TrialError
from normalization_tracker.trial.environment import (
    is_healthy,
    is_held_by,
    parse_port,
    reachable,
    require_free,
)
from tests.trials import free_port

LISTEN = "import socket; s = socket.create_server(('127.0.0.1', {port})); print(flush=True); input()"


@pytest.fixture
def listener() -> Iterator[tuple[int, int]]:
    """The pid and port of a program that listens: a grandchild, as a web server's workers are."""
    port = free_port()
    program = f'{sys.executable} -c "{LISTEN.format(port=port)}"; true'
    with subprocess.Popen(
        ["/bin/sh", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        yield process.pid, port
        process.communicate(b"\n")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "\uff18\uff10"])
def test_what_is_no_port_is_named(port: str) -> None:
    with pytest.raises(TrialError, match=f"^PORT={port} is not a number from 1 to 65535"):
        parse_port(port)


def test_a_port_belongs_to_the_group_of_who_listens(listener: tuple[int, int]) -> None:
    leader, port = listener
    assert is_held_by(leader, port)


def test_a_port_that_another_program_has_is_not_ours(listener: tuple[int, int]) -> None:
    port = listener[1]
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, start_new_session=True) as other:
        assert not is_held_by(other.pid, port)
        other.communicate()


def test_a_port_that_nobody_has_is_free_and_not_healthy() -> None:
    port = free_port()
    require_free("127.0.0.1", port)
    assert not is_healthy("127.0.0.1", port)


def test_a_port_that_is_taken_on_all_addresses_is_taken_on_one() -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            TrialError, match=rf"^Port {port} on 127\.0\.0\.1 is taken: .* with PORT={port + 1}\.$"
        ):
            require_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "address"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.7", "192.0.2.7")]
)
def test_a_server_on_all_addresses_is_reached_on_this_machine(host: str, address: str) -> None:
    assert reachable(host) == address
