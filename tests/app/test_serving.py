"""Where the service listens."""

from __future__ import annotations

import socket

import pytest

from app import serving


@pytest.mark.parametrize(("host", "family"), [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)])
def test_a_free_port_is_found_and_a_taken_one_said_so(host: str, family: socket.AddressFamily) -> None:
    try:
        taken = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"there is no {host} here")
    with taken:
        port = taken.getsockname()[1]
        assert serving._free_port(host, 0) not in {0, port}
        with pytest.raises(OSError, match="cannot listen there") as error:
            serving._free_port(host, port)
    assert error.value.filename == f"{host}:{port}"
