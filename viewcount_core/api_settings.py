"""Settings of the read API: what a request may hold and ask for, who may change something, how answers are given."""

from pydantic_settings import BaseSettings

from viewcount_core.setting_types import ENVIRONMENT, ApiKeys, Networks, Origins, setting


class ApiSettings(BaseSettings):
    """Limits of a request first, in bytes, seconds and entries; then who asks, and what answers tell."""

    model_config = ENVIRONMENT

    api_max_isrcs: int = setting("API_MAX_ISRCS", 200, "200", "ISRCs one list of a query may hold.", ge=1)
    api_max_body_bytes: int = setting("API_MAX_BODY_BYTES", 100_000, "100000", "Longest request body.", ge=1000)
    api_max_depth: int = setting("API_MAX_DEPTH", 8, "8", "Deepest nesting of a query's fields.", ge=2)
    api_max_query_characters: int = setting(
        "API_MAX_QUERY_CHARACTERS",
        20_000,
        "20000",
        "Longest query, in characters; variables are counted apart.",
        ge=100,
    )
    api_max_tokens: int = setting("API_MAX_TOKENS", 1000, "1000", "Longest query, in tokens of the language.", ge=20)
    api_max_aliases: int = setting("API_MAX_ALIASES", 15, "15", "Aliases one query may use.", ge=0)
    api_max_directives: int = setting("API_MAX_DIRECTIVES", 50, "50", "Directives one query may use.", ge=0)
    api_max_repeats: int = setting(
        "API_MAX_REPEATS", 30, "30", "Times one query may name the same field (or alias).", ge=1
    )
    api_max_definitions: int = setting(
        "API_MAX_DEFINITIONS", 50, "50", "Operations and fragments one query may define.", ge=1
    )
    api_max_history_days: int = setting(
        "API_MAX_HISTORY_DAYS", 365, "365", "Days of history one field may be asked for.", ge=1
    )
    api_max_first: int = setting("API_MAX_FIRST", 100, "100", "Entries of a list one field may be asked for.", ge=1)
    api_max_values: int = setting(
        "API_MAX_VALUES", 100_000, "100000", "Values one answer may hold, as far as the query tells.", ge=1000
    )
    api_introspection: bool = setting("API_INTROSPECTION", True, "0", "Answer questions about the schema.")
    api_suggestions: bool = setting("API_SUGGESTIONS", True, "0", "Suggest names that a query may have meant.")
    api_access_log: bool = setting("API_ACCESS_LOG", True, "0", "Write a line for each request to standard output.")
    api_keys: ApiKeys = setting(
        "API_KEYS", (), "site:a-long-random-secret", "Who may send mutations, by name; unset: everybody."
    )
    api_mutations_per_minute: int = setting(
        "API_MUTATIONS_PER_MINUTE", 30, "30", "Mutations one client may send in a minute.", ge=1
    )
    api_trusted_proxies: Networks = setting(
        "API_TRUSTED_PROXIES",
        (),
        "127.0.0.1, 10.0.0.0/8",
        "Proxies whose X-Forwarded-For says who the client is.",
    )

    api_max_header_bytes: int = setting(
        "API_MAX_HEADER_BYTES", 32_768, "32768", "Longest head of a request, its address included.", ge=4096
    )
    api_header_seconds: float = setting(
        "API_HEADER_SECONDS", 10.0, "10", "Time for a request's head to arrive, in seconds.", gt=0
    )
    api_body_seconds: float = setting(
        "API_BODY_SECONDS", 10.0, "10", "Time for a request's body to arrive, in seconds.", gt=0
    )
    api_request_seconds: float = setting(
        "API_REQUEST_SECONDS", 10.0, "10", "Time for an answer to be made, in seconds.", gt=0
    )
    api_max_age_seconds: int = setting(
        "API_MAX_AGE_SECONDS", 10, "10", "How long browsers and proxies may keep an answer to GET.", ge=0
    )
    api_cors_origins: Origins = setting(
        "API_CORS_ORIGINS", (), "https://www.example.com", "Origins whose pages may read answers; * for all."
    )
    api_max_streams: int = setting("API_MAX_STREAMS", 100, "100", "Subscriptions open at once in a process.", ge=0)
