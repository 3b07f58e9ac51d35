"""What HTTP hands to the execution, and what it gets back; neither side knows more of the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from viewcount_api.reading.publications import Publication

# What metrics call requests that ask for no field, or for several.
NOTHING, SEVERAL, INTROSPECTION = "none", "several", "introspection"


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One well-formed request: a document with what belongs to it."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    may_mutate: bool = True
    """False for GET, which must change nothing."""
    client: str = ""
    """Whom rates are counted for: an address, or the name of an API key."""
    key: str | None = None
    """Name of the API key that it came with."""
    publication: "Publication | None" = None
    """What has just been published: the root of a subscription, which is executed for each."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One GraphQL response, encoded."""

    body: bytes
    is_executed: bool
    """Whether fields were resolved at all: the body has `data` then, null included."""
    operation: str = ""
    """Name of the operation, empty for one without."""
    asked: str = NOTHING
    """The field of `Query` or `Mutation` that was asked for, as metrics name it."""
    codes: tuple[str, ...] = ()
    """The codes of its errors."""
    generation: int | None = None
    """What it was made from; None where it cannot be said, so that nobody may keep it."""
    is_from_cache: bool = False
    retry_after_seconds: int | None = None
    """When to come again, for one that was refused for its rate."""
