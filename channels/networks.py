"""Networks that an address belongs to: what strangers are counted by, because one of them may have many addresses."""

from __future__ import annotations

import ipaddress


def prefix_of(address: str, four: int, six: int) -> str:
    """The network of an address: `four` bits of an IPv4 address, `six` of an IPv6 one; what is no address stays as it is.

    An IPv4 address written as an IPv6 one (`::ffff:192.0.2.1`) counts as what it is.
    """
    parsed = _address_of(address)
    if parsed is None:
        return address
    bits = four if parsed.version == 4 else six
    if bits == parsed.max_prefixlen:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, bits), strict=False))


def is_loopback(address: str) -> bool:
    """Whether the address is this machine's own."""
    parsed = _address_of(address)
    return parsed is not None and parsed.is_loopback


def _address_of(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """What it says in numbers, an IPv4 address for one that is written as IPv6; None when it is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped if parsed.version == 6 else None) or parsed
