"""Settings of the eigenvalue experiment by name, from seconds to the paper's own numbers."""

from collections.abc import Mapping
from typing import Any

# Found on the validation matrices (docs/decisions.md). 3,000 steps see 192,000 examples: 30 times
# the generator's, and each answer at most once where a downstream model has as many.
_SMALL: Mapping[str, Any] = {
    "dimension": 2,
    "layout": "upper",
    "encoder_layers": 2,
    "d_model": 64,
    "heads": 4,
    "batch_size": 64,
    "learning_rate": 3e-3,
    "warmup_steps": 300,
    "schedule": "cosine",
    "n_original": 6_500,
    "generator_steps": 3_000,
    "retrain_steps": 3_000,
    "tolerance": 0.02,
    "n_test": 10_000,
    "table_beams": (5, 10, 50),
    "n_table": 500,
}

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "smoke": {
        **_SMALL,
        "encoding": "P100",
        "encoder_layers": 1,
        "d_model": 32,
        "batch_size": 32,
        "learning_rate": 5e-3,
        "warmup_steps": 10,
        "n_original": 2_000,
        "generator_steps": 80,
        "retrain_steps": 80,
        "pool_size": 2_000,
        "sizes": (100, 200),
        "tolerance": 0.3,
        "n_test": 200,
        "table_beams": (5,),
        "n_table": 20,
        "verifiers": ("oracle", "trace(tolerance=0.3)"),
    },
    # A lesson's length: answers within 5 % come much sooner than answers within 2 %.
    "class": {
        **_SMALL,
        "encoder_layers": 1,
        "warmup_steps": 130,
        "n_original": 4_000,
        "generator_steps": 1_300,
        "retrain_steps": 1_300,
        "pool_size": 160_000,
        "sizes": (6_000,),
        "tolerance": 0.05,
        "n_test": 4_000,
        "table_beams": (10,),
        "n_table": 200,
        "verifiers": ("oracle", "trace(tolerance=0.05)", "none"),
        "clean_labels": False,
    },
    "quick": {
        **_SMALL,
        "pool_size": 800_000,
        "sizes": (10_000, 100_000),
        "verifiers": ("oracle", "noisy(p_noise=0.3)", "none", "trace(tolerance=0.02)", "self"),
    },
    # The noisy verifiers have one p_star in every round; what trace lets through changes.
    "rounds": {
        **_SMALL,
        "n_rounds": 5,
        "n_seeds": 3,
        "pool_size": 800_000,
        "sizes": (100_000,),
        "verifiers": ("noisy(p_noise=0.1)", "noisy(p_noise=0.6)", "trace(tolerance=0.02)"),
    },
    # All curves of Figure 4 in small: hours on one core.
    "dense": {
        **_SMALL,
        "n_seeds": 5,
        "pool_size": 2_080_000,
        "sizes": (3_000, 13_000, 40_000, 130_000, 260_000),
        "n_table": 5_000,
        "verifiers": (
            "oracle",
            "noisy(p_noise=0.1)",
            "noisy(p_noise=0.3)",
            "noisy(p_noise=0.6)",
            "none",
            "trace(tolerance=0.02)",
            "frobenius(tolerance=0.02)",
            "self",
        ),
    },
    # One generator and as much of Figure 4 as the time allows; an interrupted run is resumed.
    "gpu": {
        "batch_size": 1024,
        "learning_rate": 5e-4,
        "warmup_steps": 1_000,
        "schedule": "cosine",
        "generator_steps": 12_700,
        "retrain_steps": 12_700,
        "pool_size": 6_000_000,
        "sizes": (1_000_000,),
        "n_test": 20_000,
        "n_table": 2_000,
    },
    "paper": {"n_seeds": 5},
}
