"""How often one address may call."""

import time
from collections import deque

WINDOW_S = 60
MAX_CLIENTS = 10_000
"""Addresses that are counted at a time; beyond, those counted first are forgotten."""


class RateLimit:
    """At most ``limit`` calls in a minute for each address; 0 is no limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._calls: dict[str, deque[float]] = {}
        self._pruned = time.monotonic()

    def __len__(self) -> int:
        return len(self._calls)

    def wait_s(self, client: str) -> int | None:
        """Count a call of ``client``; return the seconds until it may call again, or None where it may now."""
        if self._limit == 0:
            return None
        now = time.monotonic()
        if now - self._pruned >= WINDOW_S:
            self._calls = {name: calls for name, calls in self._calls.items() if now - calls[-1] < WINDOW_S}
            self._pruned = now
        if client not in self._calls and len(self._calls) >= MAX_CLIENTS:
            del self._calls[next(iter(self._calls))]
        calls = self._calls.setdefault(client, deque())
        while calls and now - calls[0] >= WINDOW_S:
            calls.popleft()
        if len(calls) >= self._limit:
            return max(1, int(WINDOW_S - (now - calls[0])) + 1)
        calls.append(now)
        return None
