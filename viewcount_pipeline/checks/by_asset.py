"""Which checks each asset has."""

from viewcount_core.records import Service
from viewcount_pipeline.checks.bursts import judge_same_value, judge_scale_burst, judge_zero_burst
from viewcount_pipeline.checks.check import Check, Shown
from viewcount_pipeline.checks.coverage import Coverage, judge_coverage
from viewcount_pipeline.checks.growth_sums import judge_growth_sums
from viewcount_pipeline.checks.missing_days import RecordedDay, judge_missing_days
from viewcount_pipeline.checks.quota import judge_quota
from viewcount_pipeline.checks.service_day import ServiceDay
from viewcount_pipeline.checks.shift import judge_common_shift
from viewcount_pipeline.checks.spacing import judge_spacing
from viewcount_pipeline.checks.spikes import Growth, judge_growth, judge_readings
from viewcount_pipeline.checks.staleness import judge_staleness

COVERAGE = "pipeline/checked_coverage"
SERVICE_DAYS = "pipeline/checked_service_days"


def _coverage(service: Service) -> Check:
    return Check(
        "coverage",
        "As many of the active tracks as usual have a count, of those that could be asked for.",
        COVERAGE,
        Coverage,
        judge_coverage,
        sample=Shown("pipeline/unread_tracks"),
        services=(service,),
    )


QUOTA = Check(
    "quota",
    "The units left today do for the tracks that lack a count.",
    COVERAGE,
    Coverage,
    judge_quota,
    services=(Service.YOUTUBE,),
)

SERVICE_DAY_CHECKS = (
    Check(
        "zero_burst",
        "Not many tracks turned 0 at once; if they do, the day is closed.",
        SERVICE_DAYS,
        ServiceDay,
        judge_zero_burst,
        sample=Shown("pipeline/readings_by_kind", {"kinds": ["zero", "zero_burst"]}),
    ),
    Check(
        "scale_burst",
        "Not many tracks show a power of ten times their last count at once; if they do, the day is closed.",
        SERVICE_DAYS,
        ServiceDay,
        judge_scale_burst,
        sample=Shown("pipeline/readings_by_kind", {"kinds": ["unit_error", "scale_burst"]}),
    ),
    Check(
        "same_value",
        "No count is shown by unusually many pages; if one is, the day is closed.",
        SERVICE_DAYS,
        ServiceDay,
        judge_same_value,
        sample=Shown("pipeline/shared_counts"),
    ),
    Check("source_stale", "The service shows new counts.", SERVICE_DAYS, ServiceDay, judge_staleness),
    Check("spacing", "The readings are about a day after those before.", SERVICE_DAYS, ServiceDay, judge_spacing),
)

COMMON_SHIFT = Check(
    "common_shift",
    "Not all tracks of a service grew by an unusual factor at once.",
    SERVICE_DAYS,
    ServiceDay,
    judge_common_shift,
)

SNAPSHOT_CHECKS = (
    Check(
        "anomaly_spikes",
        "No reading of the day is held back or flagged.",
        SERVICE_DAYS,
        ServiceDay,
        judge_readings,
        sample=Shown("pipeline/unusual_readings"),
        plot=Shown("pipeline/unusual_kinds", drawn="tracks"),
    ),
    Check(
        "no_missing_day",
        "Every day with believed counts has their snapshots.",
        "pipeline/checked_snapshots",
        RecordedDay,
        judge_missing_days,
        sample=Shown("pipeline/missing_snapshots"),
    ),
)

DELTA_CHECKS = (
    Check(
        "anomaly_spikes",
        "No growth of the day is flagged.",
        "pipeline/checked_growth",
        Growth,
        judge_growth,
        sample=Shown("pipeline/flagged_growth"),
    ),
    Check(
        "delta_consistency",
        "The growth over any span is the difference of the snapshots at its ends.",
        "pipeline/checked_growth",
        Growth,
        judge_growth_sums,
        sample=Shown("pipeline/wrong_growth"),
    ),
)

CHECKS = {
    "youtube_observations": (_coverage(Service.YOUTUBE), QUOTA),
    "spotify_observations": (_coverage(Service.SPOTIFY),),
    "service_days": SERVICE_DAY_CHECKS,
    "count_verdicts": (COMMON_SHIFT,),
    "daily_snapshots": SNAPSHOT_CHECKS,
    "daily_deltas": DELTA_CHECKS,
}
