"""A service that answers for nobody has failed; one that fails for some has not."""

from collections import Counter

import pytest

from viewcount_core.errors import QuotaExhausted, SourceError, SourceUnavailable
from viewcount_core.records import Service, Status
from viewcount_pipeline.assets.service_observations import SILENT_TRACKS, refuse_silence
from viewcount_pipeline.observing import Outcome

SPENT = QuotaExhausted(Service.YOUTUBE, "spent")


@pytest.mark.parametrize(
    ("statuses", "stopped_by", "error"),
    [
        pytest.param({Status.ERROR: SILENT_TRACKS}, None, SourceUnavailable, id="all-failed"),
        pytest.param({Status.QUOTA: 1, Status.DEFERRED: 9}, SPENT, QuotaExhausted, id="stopped-before-any-answer"),
    ],
)
def test_silence_fails_the_step(statuses, stopped_by, error):
    with pytest.raises(error):
        refuse_silence(Service.YOUTUBE, Outcome(Counter(statuses), stopped_by))


@pytest.mark.parametrize(
    ("statuses", "stopped_by"),
    [
        pytest.param({Status.ERROR: 99, Status.OK: 1}, None, id="one-number"),
        pytest.param({Status.ERROR: 99, Status.UNAVAILABLE: 1}, None, id="one-removed-video-is-an-answer"),
        pytest.param({Status.OK: 1, Status.DEFERRED: 9}, SPENT, id="stopped-after-an-answer"),
        pytest.param({Status.TIMEOUT: SILENT_TRACKS - 1}, None, id="too-few-to-tell"),
        pytest.param({Status.DEFERRED: 9}, None, id="nobody-was-asked"),
    ],
)
def test_what_was_answered_is_published(statuses, stopped_by: SourceError | None):
    assert refuse_silence(Service.YOUTUBE, Outcome(Counter(statuses), stopped_by)) is None
