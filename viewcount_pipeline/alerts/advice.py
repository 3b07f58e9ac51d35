"""What to do about each kind of trouble, and where the runbook says more. Pure."""

from viewcount_pipeline.alerts.troubles import Kind

ANCHORS = {
    Kind.FAILED_RUN: "alert-a-run-failed",
    Kind.FAILED_CHECK: "alert-a-check-failed",
    Kind.MISSED_SCHEDULE: "alert-a-schedule-was-missed",
    Kind.STALE_DATA: "alert-data-is-stale",
    Kind.QUOTA: "alert-the-quota-is-too-small",
    Kind.DEAD_CHANNEL: "alert-a-channel-is-dead",
}

ACTIONS = {
    Kind.FAILED_RUN: "put the reason right and run `viewcount run` before midnight UTC; stored counts are kept.",
    Kind.FAILED_CHECK: "look at the check in the run: its numbers say which tracks, and whether they can be true.",
    Kind.MISSED_SCHEDULE: "see that `viewcount up` runs and its schedules are on; `viewcount run` asks at once.",
    Kind.STALE_DATA: "look at the service's last runs and its gate; `viewcount run` asks at once.",
    Kind.QUOTA: "see what else uses this quota; tracks left out go first after it resets at midnight Pacific time.",
    Kind.DEAD_CHANNEL: "run `viewcount alerts` for the reason, and correct the channel's URL in ALERT_URLS.",
}
