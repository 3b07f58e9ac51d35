"""Clients that send too slowly, too much, or take nothing: each gets an answer or an end, and holds up nobody."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.api_fixtures import Api, running
from tests.ports import free_port
from viewcount_core.settings import Settings

HEAD = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
QUERY = b'{"query": "{ __typename }"}'
# Longer than any limit below, far shorter than the ten seconds that are the defaults.
PATIENCE_SECONDS = 8.0


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """An app of little patience; nothing here needs its servers."""
    nowhere = f"127.0.0.1:{free_port()}"
    settings = Settings(
        DATABASE_URL=f"postgresql://nobody@{nowhere}/nothing",
        REDIS_URL=f"redis://{nowhere}",
        YOUTUBE_EMULATOR_URL="http://127.0.0.1:1",
        API_HEADER_SECONDS="0.3",
        API_BODY_SECONDS="0.3",
        API_MAX_BODY_BYTES="10000",
        API_MAX_HEADER_BYTES="8000",
    )
    with running(settings, until_ready=False) as api:
        yield api


@pytest.fixture
def client(api: Api) -> Iterator[socket.socket]:
    with connected(api) as client:
        yield client


def connected(api: Api) -> socket.socket:
    client = socket.create_connection((api.client.base_url.host, api.client.base_url.port))
    client.settimeout(PATIENCE_SECONDS)
    return client


def received(client: socket.socket) -> bytes:
    """All that comes until the server closes; a `TimeoutError` says that it does not."""
    came = b""
    with suppress(ConnectionResetError):
        while chunk := client.recv(65536):
            came += chunk
    return came


def answered(client: socket.socket) -> tuple[int, dict[str, object]]:
    """Status and body of one answer, whose connection may stay open."""
    came = b""
    while b"\r\n\r\n" not in came:
        came += client.recv(65536)
    head, _, body = came.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length"))
    while len(body) < length:
        body += client.recv(65536)
    return int(head.split()[1]), json.loads(body)


def is_cut_off(client: socket.socket, piece: bytes) -> bool:
    """Send the same piece again and again; True when the server does not take any more."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_SECONDS:
        try:
            client.sendall(piece)
        except OSError:
            return True
        time.sleep(0.005)
    return False


def code_of(body: dict[str, object]) -> str:
    return str(body["errors"][0]["extensions"]["code"])  # type: ignore[index]


def test_a_connection_on_which_nothing_comes_is_closed(client):
    assert received(client) == b""


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(b"POST /graph", id="half-a-line"),
        pytest.param(HEAD, id="half-a-head"),
        pytest.param(HEAD + b"content-length: 27\r\n\r\n" + QUERY + HEAD, id="a-request-and-half-a-head"),
    ],
)
def test_a_head_that_does_not_come_to_its_end_is_cut_off(client, beginning):
    client.sendall(beginning)
    assert received(client).count(b"HTTP/1.1 200 ") == beginning.count(QUERY)


def test_a_head_that_comes_in_drops_is_cut_off(client):
    client.settimeout(0.05)
    began = time.monotonic()
    with suppress(OSError):
        for number in range(10_000):
            client.sendall(b"GET /graphql HTTP/1.1\r\n" if number == 0 else b"x: y\r\n")
            with suppress(TimeoutError):
                if not client.recv(1):
                    break
            assert time.monotonic() - began < PATIENCE_SECONDS


def test_a_head_without_end_gets_431(client):
    client.sendall(HEAD)
    with suppress(OSError):
        for _ in range(1000):
            client.sendall(b"x: " + b"y" * 1000 + b"\r\n")
    came = received(client)
    assert came == b"" or came.startswith(b"HTTP/1.1 431 ")


def test_what_is_no_http_gets_400_and_a_code_and_one_line_in_the_log(client, capfd):
    client.sendall(b"hello\r\n\r\n")
    head, _, body = received(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert code_of(json.loads(body)) == "BAD_USER_INPUT"
    log, said = capfd.readouterr()
    line = json.loads(log.splitlines()[-1])
    assert (line["status"], line["client"], line["bytes"]) == (400, "127.0.0.1", len(body))
    assert f"x-request-id: {line['id']}".encode() in head
    assert said == ""


def test_a_protocol_that_is_not_spoken_is_not_complained_of(client, caplog):
    client.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")
    assert answered(client)[0] == 200
    assert "upgrade" not in caplog.text


def test_a_body_behind_an_upgrade_is_refused_and_no_request_of_its_own(client):
    hidden = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
    upgrade = b"connection: upgrade\r\nupgrade: h2c\r\ncontent-length: %d\r\n\r\n" % len(hidden)
    client.sendall(HEAD + upgrade + hidden)
    came = received(client)
    assert came.startswith(b"HTTP/1.1 400 ")
    assert came.count(b"HTTP/1.1 ") == 1
    assert b"Upgrade" in came


def test_empty_lines_after_an_answer_hold_no_connection(client):
    client.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
    assert answered(client)[0] == 200
    client.sendall(b"\r\n")
    assert received(client) == b""


def test_what_follows_a_request_is_no_answer_to_it(client):
    client.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(QUERY) + QUERY + b"nonsense\r\n\r\n")
    assert not received(client).startswith(b"HTTP/1.1 400 ")


def test_a_long_head_gets_431_and_a_code(client):
    client.sendall(b"GET /graphql?query=" + b"a" * 9000)
    head, _, body = received(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ")
    assert code_of(json.loads(body)) == "BAD_USER_INPUT"


def test_a_long_head_that_comes_in_one_piece_gets_431_too(client):
    client.sendall(
        b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-long: " + b"y" * 9_000 + b"\r\ncontent-length: 5\r\n\r\n12345"
    )
    assert received(client).startswith(b"HTTP/1.1 431 ")


def test_a_body_that_does_not_come_gets_408_and_then_an_end(client):
    client.sendall(HEAD + b"content-length: 1000\r\n\r\n{")
    status, body = answered(client)
    assert (status, code_of(body)) == (408, "BAD_USER_INPUT")
    received(client)


def test_a_body_that_comes_in_drops_gets_408(client):
    client.sendall(HEAD + b"transfer-encoding: chunked\r\n\r\n")
    client.settimeout(0.05)
    came = b""
    while b"HTTP/1.1 408 " not in came:
        client.sendall(b"1\r\n \r\n")
        with suppress(TimeoutError):
            came += client.recv(65536)


def test_a_body_that_is_announced_as_too_long_is_refused_before_it_is_sent(client):
    client.sendall(HEAD + b"content-length: 10000000000\r\n\r\n")
    status, body = answered(client)
    assert (status, code_of(body)) == (413, "BAD_USER_INPUT")


def test_who_sends_without_end_gets_413_and_is_cut_off(client):
    client.sendall(HEAD + b"transfer-encoding: chunked\r\n\r\n")
    assert is_cut_off(client, b"400\r\n" + b" " * 1024 + b"\r\n")


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        pytest.param(b"0\r\n", b"x: " + b"y" * 1000 + b"\r\n", id="trailers"),
        pytest.param(b"0\r\nx: ", b"y" * 1000, id="one-long-trailer"),
        pytest.param(b"1", b";x=" + b"y" * 1000, id="extensions-of-a-chunk"),
    ],
)
def test_who_sends_without_end_beside_a_body_is_cut_off_by_size(client, beginning, piece):
    client.sendall(HEAD + b"transfer-encoding: chunked\r\n\r\n" + beginning)
    with suppress(OSError):
        for _ in range(2000):
            client.sendall(piece)
    came = received(client)
    assert came == b"" or came.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"POST /nowhere HTTP/1.1\r\nhost: x\r\n", id="no-such-page"),
        pytest.param(b"GET /graphql HTTP/1.1\r\nhost: x\r\n", id="get-with-a-body"),
        pytest.param(b"PUT /graphql HTTP/1.1\r\nhost: x\r\n", id="wrong-method"),
    ],
)
def test_a_body_that_nobody_reads_is_not_received_for_ever(client, head):
    client.sendall(head + b"transfer-encoding: chunked\r\n\r\n")
    assert is_cut_off(client, b"1\r\n \r\n")


@pytest.mark.parametrize(("path", "status"), [("/graphql", 413), ("/client-errors", 415), ("/nowhere", 404)])
def test_who_sends_all_of_a_body_before_reading_gets_to_know_why_it_is_refused(api, path, status):
    """As urllib does, which also asks for the connection to be closed."""
    request = Request(str(api.client.base_url.join(path)), b" " * 10_000_000)
    with pytest.raises(HTTPError) as refusal:
        urlopen(request)
    with refusal.value as answer:
        assert answer.code == status


def test_the_connection_can_be_used_again_after_a_body_that_was_too_long(api):
    answer = api.client.post("/graphql", content=b" " * 1_000_000, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert api.client.post("/graphql", json={"query": "{ __typename }"}).status_code == 200


def test_slow_clients_hold_up_nobody(api):
    slow = [connected(api) for _ in range(50)]
    for client in slow:
        client.sendall(HEAD + b"content-length: 1000\r\n\r\n{")
    assert api.data("{ __typename }") == {"__typename": "Query"}
    for client in slow:
        client.close()


def test_requests_on_one_connection_are_answered_in_turn(client):
    client.sendall((HEAD + b"content-length: 27\r\n\r\n" + QUERY) * 3)
    answers = b""
    while answers.count(b'{"data":{"__typename":"Query"}}') < 3:
        came = client.recv(65536)
        assert came, "the connection stays open"
        answers += came
    assert answers.count(b"HTTP/1.1 200 ") == 3
