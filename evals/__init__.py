"""The gold suite: how good the answers are, measured as a client sees them."""
