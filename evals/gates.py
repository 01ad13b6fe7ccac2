"""The gates: bounds that a run must keep, in one TOML file."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from evals.cases import GoldModel
from evals.measure_table import MEASURES
from evals.record import FigureRecord, GateRecord, RunError

GATES_PATH = Path(__file__).parent / "gates.toml"
BASELINE_PATH = Path(__file__).parent / "baseline.json"

Figures = Mapping[str, Mapping[str, FigureRecord]]
_NAMES = {m.name for m in MEASURES} | {"parity_recall_at_5", "parity_key_facts"}
_BETTER = {m.name: m.better for m in MEASURES}


class Gate(GoldModel):
    """A bound on one figure of one slice: at least ``min``, at most ``max``, or not worse than baseline by ``max_loss``."""

    figure: str
    slice: str = "all"
    min: float | None = None
    max: float | None = None
    max_loss: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _meaningful(self) -> "Gate":
        if self.figure not in _NAMES:
            raise ValueError(f"no figure is named {self.figure}")
        if self.min is None and self.max is None and self.max_loss is None:
            raise ValueError(f"the gate on {self.figure} has no bound")
        return self


def load_gates(path: Path = GATES_PATH) -> list[Gate]:
    """Return the gates in ``path``.

    Raises:
        RunError: the file is missing or is not a file of gates.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(list[Gate]).validate_python(table.get("gate", []))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise RunError(f"{path}: {error}") from error


def check_gates(gates: Sequence[Gate], figures: Figures, baseline: Figures | None) -> list[GateRecord]:
    """Return what became of each bound; a figure that this run does not have is passed with value None."""
    records: list[GateRecord] = []
    for gate in gates:
        figure = figures.get(gate.slice, {}).get(gate.figure)
        for bound, kept in _bounds(gate, figure, baseline):
            records.append(
                GateRecord(
                    name=gate.figure,
                    slice=gate.slice,
                    bound=bound,
                    value=figure.value if figure else None,
                    n=figure.n if figure else 0,
                    passed=kept,
                )
            )
    return records


def _bounds(gate: Gate, figure: FigureRecord | None, baseline: Figures | None) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    if gate.min is not None:
        found.append((f">= {gate.min:g}", figure is None or figure.value >= gate.min))
    if gate.max is not None:
        found.append((f"<= {gate.max:g}", figure is None or figure.value <= gate.max))
    before = baseline.get(gate.slice, {}).get(gate.figure) if baseline is not None else None
    if gate.max_loss is not None and before is not None:
        sign = 1 if _BETTER.get(gate.figure, "higher") == "higher" else -1
        kept = figure is None or sign * (before.value - figure.value) <= gate.max_loss + 1e-9
        found.append((f"baseline {before.value:.3f}, loss <= {gate.max_loss:g}", kept))
    return found
