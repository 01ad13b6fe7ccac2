"""How long each step of an answer takes."""

import time
from dataclasses import dataclass, field

from service.retrieve import Retrieved
from service.schema import Timings


@dataclass(slots=True)
class Clock:
    """Milliseconds per step, summed over the parts of a question."""

    started: float = field(default_factory=time.perf_counter)
    embed: float = 0.0
    retrieve: float = 0.0
    compose: float = 0.0
    verify: float = 0.0
    llm: float = 0.0

    def searched(self, found: Retrieved) -> None:
        """Count the time in which ``found`` was found."""
        self.embed += found.embed_ms
        self.retrieve += found.retrieve_ms

    def timings(self) -> Timings:
        """Return what was counted so far, the whole since the start beside it."""
        total = (time.perf_counter() - self.started) * 1000
        parts = {
            name: round(getattr(self, name), 2) for name in ("embed", "retrieve", "compose", "verify", "llm")
        }
        return Timings(total=round(total, 2), **parts)
