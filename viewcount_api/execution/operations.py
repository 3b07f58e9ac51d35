"""What kind of operation a document asks for, where that decides how HTTP has to answer."""

from graphql import GraphQLError, OperationType, get_operation_ast

from viewcount_api.execution.parsing import parse_query
from viewcount_api.requests import GraphQLRequest
from viewcount_core.settings import Settings

SUBSCRIPTION = "subscription"


def is_subscription(request: GraphQLRequest, settings: Settings) -> bool:
    """Whether the operation that would be executed is a subscription; few documents hold the word at all."""
    return SUBSCRIPTION in request.query and operation_type(request, settings) is OperationType.SUBSCRIPTION


def operation_type(request: GraphQLRequest, settings: Settings) -> OperationType | None:
    """The type of the operation that would be executed; None when it cannot be told."""
    try:
        document = parse_query(request.query, settings)
    except GraphQLError:
        return None
    operation = get_operation_ast(document, request.operation_name)
    return operation.operation if operation else None
