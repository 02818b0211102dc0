"""How much work a run is, without measuring."""

from synverify_core.experiments.eigenvalues.config import EigenvaluesConfig
from synverify_core.experiments.eigenvalues.encodings import get_encoding


def work(config: EigenvaluesConfig) -> float:
    """Count products in 10^12, with what a small step costs beside its products."""
    weights = 12 * config.d_model**2 * (config.encoder_layers + 1.5 * config.decoder_layers)
    encoding = get_encoding(config.encoding)
    tokens = (config.dimension**2 + config.dimension) * encoding.tokens_per_number
    example = 2.0 * weights * tokens
    step = 3 * example * config.batch_size + 1e8
    models = len(config.verifiers) * len(config.selection_rates) + 1
    trained = config.generator_steps * (2 if config.weak_d_model else 1) + config.base_steps
    steps = trained + models * len(config.sizes) * config.retrain_steps
    beams = config.beam_size if config.synthesis == "best_of_beam" else 1
    answers = config.pool_size * beams + config.n_test * (models * len(config.sizes) + 1)
    return config.n_seeds * (steps * step + answers * example) / 1e12
