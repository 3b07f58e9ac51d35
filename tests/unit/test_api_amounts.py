"""How much a request asks for is known before anything is read, and what is noted of it is short."""

import json
import os

import pytest
from graphql import GraphQLError, parse
from hypothesis import example, given
from hypothesis import strategies as st

from viewcount_api.access.clients import Clients, network_of
from viewcount_api.access_log import AccessLog
from viewcount_api.execution.amounts import amounts_of
from viewcount_api.schema import build_schema
from viewcount_core.settings import Settings

SCHEMA = build_schema()
ISRCS = ["USUM71234567"] * 10


def values(query: str, **variables: object) -> int:
    """What the answer could hold, as the message of a limit that is too low tells it."""
    document = parse(query)
    settings = Settings(API_MAX_VALUES=1000)
    try:
        amounts_of(SCHEMA, document, document.definitions[0], settings).check(variables)
    except GraphQLError as refusal:
        return int(refusal.message.removeprefix("The answer could hold ").split(" ")[0])
    return 0


LISTS = ["topTracks(first: {}) {{ edges {{ cursor }} }}", 'searchTracks(text: "a", first: {}) {{ isrc }}']
ASKED = "query ($i: [ISRC!]!) { tracks(isrcs: $i) { %s } }"
HISTORY = "viewCounts { history(days: 50) { count } }"
PER_TRACK = 1 + 2 * (1 + 50 * 2)


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        pytest.param(ASKED % HISTORY, {"i": ISRCS}, 10, id="variable"),
        pytest.param(ASKED % HISTORY, {"i": ISRCS * 20}, 200, id="more"),
        pytest.param(f"{{ tracks(isrcs: {json.dumps(ISRCS)}) {{ {HISTORY} }} }}", {}, 10, id="literal"),
        pytest.param(
            f"query ($i: [ISRC!]! = {json.dumps(ISRCS)}) {{ tracks(isrcs: $i) {{ {HISTORY} }} }}", {}, 10, id="default"
        ),
        pytest.param(f'{{ searchTracks(text: "a") {{ {HISTORY} }} }}', {}, 20, id="default-of-the-schema"),
        pytest.param(
            f'query ($n: Int! = 7) {{ searchTracks(text: "a", first: $n) {{ {HISTORY} }} }}', {"n": 9}, 9, id="given"
        ),
        pytest.param(
            '{ ...A b: searchTracks(text: "b") { ...T } }'
            ' fragment A on Query { a: searchTracks(text: "a") { ...T } }'
            f" fragment T on Track {{ ... on Track {{ {HISTORY} }} }}",
            {},
            40,
            id="fragments",
        ),
    ],
)
def test_values_are_counted_for_every_entry_of_the_lists_around_them(query, variables, expected):
    assert values(query, **variables) == expected * PER_TRACK


def test_finished_json_counts_as_the_days_in_it():
    assert values(ASKED % "viewCountDataJson", i=ISRCS * 20) == 200 * 61


@pytest.mark.parametrize("amount", [0, -1, 101, 2**31, 10**30])
@pytest.mark.parametrize("text", LISTS)
def test_an_amount_has_bounds_as_literal_and_as_variable(amount, text):
    for query, variables in ((text.format(amount), {}), (text.format("$n"), {"n": amount})):
        document = parse(f"query Q{'($n: Int!)' if variables else ''} {{ {query} }}")
        with pytest.raises(GraphQLError, match="first may be 1 to 100") as refusal:
            amounts_of(SCHEMA, document, document.definitions[0], Settings()).check(variables)
        assert refusal.value.extensions == {"code": "BAD_USER_INPUT"}


@example("\x1f" * 99, "\x1f" * 99, "\x1f" * 99, "\x1f" * 99, ["GRAPHQL_VALIDATION_FAILED"] * 9, 10**12, 1e6)
@given(
    st.text(),
    st.text(),
    st.text(max_size=200),
    st.text(),
    st.lists(st.sampled_from(["GRAPHQL_VALIDATION_FAILED"])),
    st.integers(0, 10**12),
    st.floats(0, 10**6),
)
def test_a_line_of_the_access_log_is_never_longer_than_1_kb(client, method, path, operation, codes, size, seconds):
    reader, writer = os.pipe()
    try:
        AccessLog(True, writer).write(
            "i" * 64, client, method, path * 9, 200, size, seconds, operation * 9, codes, "hit"
        )
        os.close(writer)
        line = os.read(reader, 10_000)
    finally:
        os.close(reader)
    assert len(line) <= 1000
    assert line.count(b"\n") == 1
    assert set(json.loads(line)) >= {
        "time",
        "id",
        "client",
        "method",
        "path",
        "status",
        "codes",
        "bytes",
        "ms",
        "cache",
    }


def test_a_log_that_cannot_be_written_costs_no_answer():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        AccessLog(True, writer).write("id", "", "GET", "/", 200, 0, 0.0)
    finally:
        os.close(writer)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_rates_are_counted_by_what_one_client_has(address, network):
    assert network_of(address) == network


@given(st.binary(max_size=300))
def test_no_forwarded_header_is_too_odd(header):
    assert Clients(Settings(API_TRUSTED_PROXIES="10.0.0.0/8, ::1").api_trusted_proxies).address("10.0.0.1", header)
