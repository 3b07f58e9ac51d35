"""A wrong setting is named at once, with a value that would be right, and no secret is shown."""

import pytest

from viewcount_core.errors import ConfigurationError
from viewcount_core.settings import load_settings


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VIEWCOUNT_HOME", "/etc/passwd"),
        ("VIEWCOUNT_FIRST_DATE", "2999-01-01"),
        ("VIEWCOUNT_FIRST_DATE", "yesterday"),
        ("VIEWCOUNT_API_PORT", "http"),
        ("REDIS_URL", "host:6379"),
        ("YOUTUBE_SCHEDULE", "half past nine"),
        ("YOUTUBE_SCHEDULE", "61 * * * *"),
        ("YOUTUBE_EMULATOR_URL", "ftp://host"),
        ("SPOTIFY_PAUSE_SECONDS", "9-3"),
        ("SPOTIFY_PAUSE_SECONDS", "soon"),
        ("SPOTIFY_PROXIES", "http://proxy:3128,::"),
        ("SPOTIFY_PROXIES", "http://user:hunter2@proxy:3128"),
        ("SELENIUM_REMOTE_URL", "grid"),
        ("CHROME_BINARY", "/nonexistent"),
        ("EMULATOR_FAULTS", "timeout=2"),
        ("ZERO_BURST_SHARE", "1.5"),
        ("SAME_VALUE_LEAST", "0"),
        ("CHECK_SHIFT_WARN", "0"),
        ("CHECK_FRESH_BY", "midnight"),
    ],
)
def test_a_wrong_setting_is_named_with_a_valid_value(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=f"^{variable}: .*; a valid value is {variable}=") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_emulated_and_real_sources_are_not_set_together(monkeypatch):
    monkeypatch.setenv("YOUTUBE_API_KEY", "hunter2")
    monkeypatch.setenv("SPOTIFY_EMULATOR_URL", "http://127.0.0.1:1")
    with pytest.raises(ConfigurationError, match="YOUTUBE_API_KEY and SPOTIFY_EMULATOR_URL are set together") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("variables", "world"),
    [
        ({}, "demo"),
        ({"YOUTUBE_API_KEY": "key"}, "live"),
        ({"SPOTIFY_ENABLED": "1"}, "live"),
        ({"DATABASE_URL": "postgresql://host/db"}, "live"),
        ({"DATABASE_URL": "postgresql://host/db", "YOUTUBE_EMULATOR_URL": "http://127.0.0.1:1"}, "demo"),
    ],
)
def test_the_world_follows_from_what_is_set(monkeypatch, variables, world):
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert load_settings().world == world


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CHECK_COVERAGE_WARN", "0.5", "CHECK_COVERAGE_ERROR is 0.8 and CHECK_COVERAGE_WARN is 0.5"),
        ("CHECK_SHIFT_WARN", "0.9", "CHECK_SHIFT_WARN is 0.9 and CHECK_SHIFT_ERROR is 0.7"),
        ("CHECK_SPACING_MOST_HOURS", "10", "CHECK_SPACING_LEAST_HOURS is 20 and CHECK_SPACING_MOST_HOURS is 10"),
    ],
)
def test_two_thresholds_of_one_check_are_refused_in_the_wrong_order(monkeypatch, variable, value, message):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=f"^{message}; the first has to be the lower one$"):
        load_settings()


def test_secrets_are_not_in_the_text_of_the_settings(monkeypatch):
    for variable in ("YOUTUBE_API_KEY", "DATABASE_URL", "TRACK_CATALOG_URL"):
        monkeypatch.setenv(variable, "postgresql://user:hunter2@host/db")
    assert "hunter2" not in repr(load_settings())
