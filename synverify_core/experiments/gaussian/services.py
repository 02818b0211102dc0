"""What an assistant computes for the phase page."""

from synverify_core.experiments.gaussian.simulate import compute
from synverify_core.experiments.gaussian.simulate_rounds import compute_rounds

SERVICES = {"point": compute, "rounds": compute_rounds}
