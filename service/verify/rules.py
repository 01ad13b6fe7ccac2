"""The rules: what each holds against a claim. None settles anything, since people reword more freely than rules foresee.

Read: claim, quotes and context. Out comes, for each rule, the reason for which it objects, or None.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from service.verify.align import Alignment, beside_each
from service.verify.modality import more_binding, surer, wider
from service.verify.polarity import denied_on_one_side, opposite_word
from service.verify.roles import somebody_else
from service.verify.wording import exchanged, linked, replaced, too_short


@dataclass(frozen=True, slots=True)
class Signals:
    """Each is the reason for which a rule objects, or None. ``literal`` is the share of the claim in the source's own words.

    The nearer a claim is to its source's wording, the surer are the words matched and the more an objection weighs.
    """

    literal: float
    denied: str | None
    opposite: str | None
    exchanged: str | None
    replaced: str | None
    role: str | None
    short: str | None
    linked: str | None
    surer: str | None
    binding: str | None
    wider: str | None

    def objections(self) -> dict[str, str]:
        """Return what is held against the claim, by name, the gravest first."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self)[1:])
        return {name: why for name, why in named if why is not None}


def find_signals(claim: str, quotes: Sequence[str], context: str) -> Signals:
    """Return the signals on the folded ``claim``, each clause read beside the quote that it is closest to."""
    parts = beside_each(claim, quotes)

    def first(check: Callable[[Alignment], str | None]) -> str | None:
        return next((why for part in parts if (why := check(part))), None)

    return Signals(
        literal=min((part.literal for part in parts), default=1.0),
        denied=first(denied_on_one_side),
        opposite=first(opposite_word),
        exchanged=first(exchanged),
        replaced=first(replaced),
        role=first(lambda part: somebody_else(part, context)),
        short="few words" if len(parts) == 1 and too_short(parts[0]) else None,
        linked=linked(claim, quotes),
        surer=first(surer),
        binding=first(more_binding),
        wider=first(wider),
    )
