"""The command line with the fake experiment, for tests that need a process of its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from synverify_core.cli import main
from synverify_core.experiments import registry
from tests.runs.fake import known

registry.get = known

if __name__ == "__main__":
    sys.exit(main())
