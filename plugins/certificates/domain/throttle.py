"""How often one network may ask: a token bucket each, of a bounded number of networks."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from dataclasses import dataclass, field


def network_of(address: str) -> str:
    """Give the network of an address: /24 for IPv4, /64 for IPv6, the text itself otherwise."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    bits = 24 if parsed.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


@dataclass(slots=True)
class Throttle:
    """Lets each network make `limit` requests a minute, and as many at once.

    The networks seen longest ago are forgotten when there are more than `networks`.
    """

    limit: int = 60
    networks: int = 4096
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, network: str, now: float) -> float:
        """Take a token at `now` in seconds; give 0, or the seconds until there is one."""
        rate = self.limit / 60
        with self._guard:
            tokens, then = self._buckets.pop(network, (float(self.limit), now))
            tokens = min(float(self.limit), tokens + (now - then) * rate)
            allowed = tokens >= 1
            self._buckets[network] = (tokens - 1 if allowed else tokens, now)
            while len(self._buckets) > self.networks:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / rate
