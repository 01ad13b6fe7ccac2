"""How sure a new reading is: the probability that a person who knows the true text would agree."""

import math

from ingest.repair.channel import LOST_DIGIT, Change, Reading

# Logistic regression on 686 repaired slips of generated damage (CMRC 2018, dev split, seeds 5 and 6), of which 84 % were right.
INTERCEPT = 1.598
BY_POSTERIOR = 0.619
BY_GUESS = -0.233
BY_FLUENCY = 0.184
BY_LENGTH = -0.154
MOST_GUESSES = 3
MOST_LENGTH = 8


def confidence_of(reading: Reading, change: Change) -> float:
    """Return the probability that one change of a reading is right.

    The posterior alone is too sure of itself: it knows only the readings that the search has kept. What stands for
    a lost digit is right in no case.
    """
    if change.step == LOST_DIGIT:
        return 0.0
    posterior = min(max(reading.posterior, 1e-6), 1 - 1e-6)
    logit = min(max(math.log(posterior / (1 - posterior)), -6.0), 8.0)
    odds = (
        INTERCEPT
        + BY_POSTERIOR * logit
        + BY_GUESS * min(reading.guesses, MOST_GUESSES)
        + BY_FLUENCY * min(max(reading.fluency, -10.0), -2.0)
        + BY_LENGTH * min(len(change.text), MOST_LENGTH)
    )
    return 1 / (1 + math.exp(-odds))
