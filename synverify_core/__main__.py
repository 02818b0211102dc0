"""Entry of `python -m synverify_core`."""

import sys

from synverify_core.cli import main

sys.exit(main())
