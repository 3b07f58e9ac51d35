"""Which entries a query needs, told by the fields it selects."""

from collections.abc import Iterator

from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, SelectionSetNode

from viewcount_core.cache_keys import COUNT, FACTS, HISTORY, VIEW_DATA, Kind

FIELD_KINDS = {
    "viewCountDataJson": VIEW_DATA,
    "viewCounts": COUNT,
    "history": HISTORY,
    **dict.fromkeys(("title", "artist", "album", "youtubeUrl", "spotifyUrl", "active", "total", "change"), FACTS),
}


def kinds_needed(info: GraphQLResolveInfo) -> frozenset[Kind]:
    """The kinds of entries that the selected fields are made of; at least one, as it tells whether a track is known.

    Directives are not looked at: what `@skip` leaves out is fetched in vain but never the other way round.
    """
    seen: set[str] = set()
    names = {name for node in info.field_nodes for name in _field_names(info, node.selection_set, seen)}
    return frozenset(FIELD_KINDS[name] for name in names if name in FIELD_KINDS) or frozenset({FACTS})


def _field_names(info: GraphQLResolveInfo, selected: SelectionSetNode | None, seen: set[str]) -> Iterator[str]:
    """Names at every depth; `seen` are the fragments that need not be looked at again."""
    for node in selected.selections if selected else ():
        if isinstance(node, FieldNode):
            yield node.name.value
        if not isinstance(node, FragmentSpreadNode):
            yield from _field_names(info, node.selection_set, seen)  # type: ignore[attr-defined]
        elif node.name.value not in seen:
            seen.add(node.name.value)
            yield from _field_names(info, info.fragments[node.name.value].selection_set, seen)
