"""``python -m evals`` does what ``evals`` does."""

import sys

from evals.cli import main

sys.exit(main())
