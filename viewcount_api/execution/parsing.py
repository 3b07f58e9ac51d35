"""From the text of a query to its document, with a limit on both the text and its tokens."""

from graphql import DocumentNode, GraphQLError, parse

from viewcount_api.errors import PARSE_FAILED, with_code
from viewcount_core.settings import Settings


def parse_query(query: str, settings: Settings) -> DocumentNode:
    """Raise `GraphQLError` for what is not GraphQL, or too long."""
    # The lexer takes half a microsecond a character: 40 ms for a body full of names, which few tokens are.
    if len(query) > settings.api_max_query_characters:
        limit = settings.api_max_query_characters
        raise with_code(GraphQLError(f"The query has {len(query)} characters: it may have {limit}."), PARSE_FAILED)
    try:
        return parse(query, max_lexical_tokens=settings.api_max_tokens)
    except GraphQLError as error:
        raise with_code(error, PARSE_FAILED) from None
