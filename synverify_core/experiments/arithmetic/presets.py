"""Settings by name, from seconds to the sizes of Lee et al. 2025 (arXiv 2502.01612)."""

from collections.abc import Mapping
from typing import Any

# The official sizes, for whichever task: 6 layers of 384, batches of 1,024, +1 digit a round.
_OFFICIAL: Mapping[str, Any] = {
    "base_difficulty": 10,
    "schedule": "fixed",
    "n_original": 5_000_000,
    "pool_size": 50_000,
    "sizes": (50_000,),
    "layers": 6,
    "d_model": 384,
    "heads": 6,
    "batch_size": 1_024,
    "base_steps": 10_000,
    "base_learning_rate": 5e-4,
    "retrain_steps": 1_000,
    "learning_rate": 5e-4,
    "n_test": 1_024,
}

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "smoke": {
        "n_rounds": 1,
        "base_difficulty": 2,
        "accept_share": 0.0,
        "n_original": 500,
        "pool_size": 60,
        "sizes": (40,),
        "layers": 1,
        "d_model": 32,
        "heads": 2,
        "batch_size": 32,
        "base_steps": 200,
        "base_learning_rate": 1e-2,
        "retrain_steps": 10,
        "clean_labels": True,
        "n_test": 20,
        "test_difficulties": (1, 2, 3),
        "verifiers": ("none", "oracle"),
    },
    # Two filters and six rounds: minutes on one core.
    "class": {"n_rounds": 5, "base_steps": 1_200, "verifiers": ("none", "cycle")},
    "quick": {},
    # The task's official sizes by round; 10 rounds of one filter.
    "gpu": {
        **_OFFICIAL,
        "n_rounds": 20,
        "pool_size": 20_000,
        "sizes": (20_000,),
        "base_steps": 2_000,
        "retrain_steps": 500,
        "n_original": 1_000_000,
        "test_difficulties": tuple(range(2, 41, 2)),
    },
    "paper": {**_OFFICIAL, "n_rounds": 100, "test_difficulties": tuple(range(5, 126, 5))},
}

# What a task changes in `gpu` and `paper` (table of the paper's official scripts).
OFFICIAL_TASKS: Mapping[str, Mapping[str, Any]] = {
    "copy": {"base_steps": 2_000, "pool_size": 20_000, "sizes": (20_000,), "retrain_steps": 500},
    "reverse": {"base_steps": 2_000, "pool_size": 20_000, "sizes": (20_000,), "retrain_steps": 500},
    "reverse_addition": {"base_difficulty": 16, "n_original": 10_000_000},
    "forward_addition": {
        "n_original": 2_000_000,
        "retrain_steps": 3_000,
        "verifiers": ("none", "answer_length(lacking=2)", "cycle", "oracle"),
    },
    "multiplication": {
        "base_difficulty": 25,
        "base_learning_rate": 5e-5,
        "learning_rate": 5e-5,
        "voters": 5,
        "verifiers": ("none", "answer_length", "vote", "oracle"),
    },
    "maze": {
        "base_difficulty": 9,
        "n_rounds": 15,
        "base_steps": 25_000,
        "voters": 5,
        "verifiers": ("none", "answer_length", "vote", "oracle"),
        "test_difficulties": tuple(range(1, 25)),
    },
}
