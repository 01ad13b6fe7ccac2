"""Who may make operators' calls where no key is set: whoever sits at this machine, and no web page on their behalf."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

OPERATOR_CALLS = frozenset({("GET", "/feedback"), ("POST", "/admin/reload")})

# A proxy on this machine calls from it for everybody, and says so in one of these.
_FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


def is_at_this_machine(client: str, headers: Headers) -> bool:
    """Return whether a call comes from this machine itself.

    The address alone does not tell: a name that was made to lead here (DNS rebinding) stands in ``Host``, a web page of
    another site in ``Origin``, and a proxy's client in a header of its own.
    """
    origin = headers.get("origin")
    return (
        _is_loopback(client)
        and _is_loopback(_host(f"//{headers.get('host', '')}"))
        and (origin is None or _is_loopback(_host(origin)))
        and not any(name in headers for name in _FORWARDING)
    )


def _host(address: str) -> str:
    """Return the host of an address, empty where it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
