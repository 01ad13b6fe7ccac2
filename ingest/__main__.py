"""``python -m ingest`` does what the ``ingest`` command does."""

import sys

from ingest.cli import main

sys.exit(main())
