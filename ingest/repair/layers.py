"""Two rounds of edits made into one: raw → middle and middle → clean become raw → clean."""

from collections.abc import Sequence

from ingest.repair.edits import Edit


def change(step: str, start: int, before: str, after: str, confidence: float) -> Edit:
    """Return an edit of which only the raw side is known; `numbered` fills in the clean side."""
    return Edit(step, start, start + len(before), 0, 0, before, after, confidence)


def numbered(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits with their clean offsets, counted from their raw offsets and replacements."""
    done: list[Edit] = []
    shift = 0
    for e in edits:
        start = e.raw_start + shift
        end = start + len(e.after)
        shift = end - e.raw_end
        done.append(Edit(e.step, e.raw_start, e.raw_end, start, end, e.before, e.after, e.confidence))
    return tuple(done)


def compose(raw: str, first: Sequence[Edit], second: Sequence[Edit], clean: str) -> tuple[Edit, ...]:
    """Return the edits from ``raw`` to ``clean``, where ``second`` was made on the outcome of ``first``.

    Edits that touch the same characters become one, which keeps the earlier step's name: it was the repair, and
    the later one only changed its script.
    """
    done: list[Edit] = []
    i = j = 0
    shift1 = shift2 = 0  # middle minus raw, clean minus middle, right after the last edit
    while i < len(first) or j < len(second):
        if j == len(second) or (i < len(first) and _before(first[i], second[j])):
            e = first[i]
            i, shift1 = i + 1, e.clean_end - e.raw_end
            done.append(
                Edit(
                    e.step,
                    e.raw_start,
                    e.raw_end,
                    e.clean_start + shift2,
                    e.clean_end + shift2,
                    e.before,
                    e.after,
                    e.confidence,
                )
            )
            continue
        if i == len(first) or _after(first[i], second[j]):
            e = second[j]
            j, shift2 = j + 1, e.clean_end - e.raw_end
            done.append(
                Edit(
                    e.step,
                    e.raw_start - shift1,
                    e.raw_end - shift1,
                    e.clean_start,
                    e.clean_end,
                    e.before,
                    e.after,
                    e.confidence,
                )
            )
            continue
        middle_start = min(first[i].clean_start, second[j].raw_start)
        middle_end = max(first[i].clean_end, second[j].raw_end)
        raw_start = middle_start - shift1
        clean_start = middle_start + shift2
        step = first[i].step
        confidence = 1.0
        while True:
            if i < len(first) and first[i].clean_start < middle_end:
                middle_end = max(middle_end, first[i].clean_end)
                confidence = min(confidence, first[i].confidence)
                shift1 = first[i].clean_end - first[i].raw_end
                i += 1
            elif j < len(second) and second[j].raw_start < middle_end:
                middle_end = max(middle_end, second[j].raw_end)
                confidence = min(confidence, second[j].confidence)
                shift2 = second[j].clean_end - second[j].raw_end
                j += 1
            else:
                break
        raw_end, clean_end = middle_end - shift1, middle_end + shift2
        done.append(
            Edit(
                step,
                raw_start,
                raw_end,
                clean_start,
                clean_end,
                raw[raw_start:raw_end],
                clean[clean_start:clean_end],
                confidence,
            )
        )
    return tuple(done)


def _before(first: Edit, second: Edit) -> bool:
    """Say whether the earlier edit lies wholly before the later one; a removal at its border does."""
    return first.clean_end <= second.raw_start


def _after(first: Edit, second: Edit) -> bool:
    return second.raw_end <= first.clean_start
