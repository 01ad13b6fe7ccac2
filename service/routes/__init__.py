"""The routes, one file each for what belongs together."""
