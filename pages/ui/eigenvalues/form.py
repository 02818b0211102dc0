"""The form that starts runs of the eigenvalue experiment, one run for each seed."""

from pages.ui.shared.form_spec import RunForm

PRESETS = {
    "smoke": "seconds, to see that it works; so short a training learns next to nothing",
    "class": "2 × 2 matrices, one seed, in about two minutes: verified answers against unverified",
    "quick": "2 × 2 matrices and a small model: Figure 4's order in minutes on two CPU cores",
    "rounds": "five rounds, each labelled by the model of the round before, three verifiers",
    "dense": "quick with all curves of Figure 4, six sizes and five seeds: hours",
    "gpu": "5 × 5 matrices and the paper's model, shortened, for a data-centre GPU; Cancel keeps "
    "what is there and Resume goes on",
    "paper": "the paper's own sizes, where it states them: days on a GPU, no use on a CPU",
}
LABELS = {
    "dimension": "Matrix size n",
    "d_model": "Width of the model",
    "n_test": "Test matrices",
    "n_table": "Matrices of Table 1",
    "table_beams": "Beam sizes of Table 1",
    "tolerance": "Tolerance τ",
    "start": "Training starts from",
    "base_original": "Examples of the base model",
    "base_steps": "Steps of the base model",
    "generator_steps": "Steps of the generator",
    "retrain_steps": "Steps of each retraining",
    "weak_d_model": "Width of the weak model",
}


FORM = RunForm(
    experiment="eigenvalues",
    presets=PRESETS,
    main_fields=("seed", "sizes"),
    settings=("verifiers", "dimension", "tolerance", "start", "synthesis", "beam_size"),
    labels=LABELS,
)
