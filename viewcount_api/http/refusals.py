"""Requests that are no GraphQL requests, and what HTTP says to them."""

from viewcount_api.errors import BAD_USER_INPUT
from viewcount_api.http.replies import Headers

TOO_MANY_STREAMS = "TOO_MANY_STREAMS"


class RefusedRequest(Exception):
    """Carries the code of the one error in the body, headers, and the status; None for that of any GraphQL error."""

    def __init__(self, status: int | None, message: str, *, code: str = BAD_USER_INPUT, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers
