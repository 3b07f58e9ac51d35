"""`viewCountsPublished`: its events are made where answers are streamed, and each is executed with one as its root."""

from datetime import UTC
from typing import Any

from ariadne import ObjectType

from viewcount_api.reading.publications import Publication

subscription = ObjectType("Subscription")
publication = ObjectType("Publication")


@subscription.field("viewCountsPublished")
def resolve_published(root: Publication, info: Any) -> Publication:
    """What has just been published."""
    return root


@publication.field("publishedAt")
def resolve_published_at(published: Publication, info: Any) -> str | None:
    """When that was."""
    at = published.published_at
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
