"""What kind of operation a document asks for, where that decides how HTTP has to answer."""

from graphql import GraphQLError, OperationType, get_operation_ast, parse

from viewcount_api.requests import GraphQLRequest

SUBSCRIPTION = "subscription"


def is_subscription(request: GraphQLRequest, max_tokens: int) -> bool:
    """Whether the operation that would be executed is a subscription; few documents hold the word at all."""
    return SUBSCRIPTION in request.query and operation_type(request, max_tokens) is OperationType.SUBSCRIPTION


def operation_type(request: GraphQLRequest, max_tokens: int) -> OperationType | None:
    """The type of the operation that would be executed; None when it cannot be told."""
    try:
        document = parse(request.query, max_lexical_tokens=max_tokens)
    except GraphQLError:
        return None
    operation = get_operation_ast(document, request.operation_name)
    return operation.operation if operation else None
