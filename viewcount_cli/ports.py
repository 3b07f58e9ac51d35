"""Says before anything is started whether the ports we are to listen on are free."""

import errno
import os
import socket

from viewcount_core.errors import ConfigurationError
from viewcount_core.settings import Settings

API, DAGSTER = "VIEWCOUNT_API_PORT", "VIEWCOUNT_DAGSTER_PORT"
HIGHEST_PORT = 65_535
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def check_ports(host: str, ports: dict[str, int]) -> None:
    """Raise `ConfigurationError` naming the variable of the first port that cannot be had."""
    taken: dict[int, str] = {}
    for variable, port in ports.items():
        if port in taken:
            raise ConfigurationError(f"{variable}: {port} is also {taken[port]}; {_another(variable, port)}")
        taken[port] = variable
    for variable, port in ports.items():
        _check(host, variable, port)


def wanted_ports(settings: Settings) -> dict[str, int]:
    """The ports of everything `viewcount up` runs, by variable."""
    return {DAGSTER: settings.dagster_port, API: settings.api_port}


def url_of(host: str, port: int, path: str = "") -> str:
    """Address a browser on this machine reaches it under."""
    reachable = EVERYWHERE.get(host, host)
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}{path}"


def _check(host: str, variable: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise _bad_host(host, error.strerror or "not found") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(f"{variable}: {host}:{port} is in use; {_another(variable, port)}") from error
        if error.errno == errno.EACCES:
            raise ConfigurationError(f"{variable}: {port} needs more rights; {_another(variable, 8000)}") from error
        raise _bad_host(host, os.strerror(error.errno or 0)) from error


def _another(variable: str, port: int) -> str:
    free = port + 10 if port + 10 <= HIGHEST_PORT else port - 10
    return f"stop what uses it, or choose another, for example {variable}={free}"


def _bad_host(host: str, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"VIEWCOUNT_HOST: {host} is no address of this machine ({reason}); a valid value is VIEWCOUNT_HOST=127.0.0.1"
    )
