"""Who has to hear of what: findings, incidents, the outbox, and the channels messages leave through. No dagster."""
