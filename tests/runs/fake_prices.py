"""The process that measures for a page, with the fake experiment in its registry."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from synverify_core.experiments import registry
from synverify_core.runs.prices import main
from tests.runs.fake import known

registry.get = known

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
