"""Channels are read from one setting, and no error shows what a URL hides."""

import pytest

from viewcount_core.alert_urls import parse_alert_urls
from viewcount_core.errors import ConfigurationError
from viewcount_core.settings import load_settings
from viewcount_core.severity import Severity


def test_each_url_is_a_channel_with_the_least_severity_it_takes():
    found = parse_alert_urls(
        "slack://a/b/c/#counts, error=mailto://me:pw@host?to=a@b.c,d@e.f\nwarning=json://host/ JSON://other"
    )
    assert [(one.name, one.least) for one in found] == [
        ("slack", Severity.INFO),
        ("mailto", Severity.ERROR),
        ("json", Severity.WARNING),
        ("json-2", Severity.INFO),
    ]
    assert found[1].url.get_secret_value() == "mailto://me:pw@host?to=a@b.c,d@e.f"


@pytest.mark.parametrize("text", ["", " ", ",", "\n"])
def test_nothing_is_no_channel(text):
    assert parse_alert_urls(text) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hunter2", "entry 1 is not of the form"),
        ("json://host, fatal=slack://hunter2", "entry 2 begins with no severity: info, warning, error"),
        ("json://", "entry 1 is not of the form"),
        ("Error:slack://hunter2", "entry 1 is not of the form"),
    ],
)
def test_a_wrong_entry_is_named_by_its_place_and_not_shown(monkeypatch, text, reason):
    monkeypatch.setenv("ALERT_URLS", text)
    with pytest.raises(ConfigurationError, match=f"^ALERT_URLS: {reason}") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_the_settings_do_not_show_the_urls(monkeypatch):
    monkeypatch.setenv("ALERT_URLS", "json://user:hunter2@host")
    assert "hunter2" not in repr(load_settings())


def test_severities_are_in_the_order_of_their_rank():
    assert sorted(Severity, key=lambda severity: severity.rank) == [Severity.INFO, Severity.WARNING, Severity.ERROR]
