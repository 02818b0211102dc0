"""What an assistant computes for the phase page."""

from synverify_core.experiments.gaussian.simulate import compute

SERVICES = {"point": compute}
