"""Configs: presets, overrides, refusals; the registry of experiments."""

import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.base import make_config
from synverify_core.experiments.registry import experiments, get


@pytest.mark.parametrize("name", experiments())
def test_every_experiment_is_complete(name):
    experiment = get(name)
    assert experiment.name == name and experiment.title and experiment.version >= 1
    assert {"smoke", "quick", "gpu", "paper"} <= set(experiment.presets)
    fields = experiment.config_type.model_fields
    assert set(experiment.generator_fields) | set(experiment.pool_fields) <= set(fields)


def test_overrides_come_after_the_preset_and_the_paper_preset_has_the_papers_numbers():
    config = make_config(get("gaussian"), "smoke", {"n_seeds": 3})
    assert (config.n_seeds, config.pool_size) == (3, 20_000)
    config = make_config(get("gaussian"), "paper")
    assert (config.tau, config.labels) == (0.15, "sampled")
    assert config.pool_size == config.sizes[-1] == 10**6
    pruners = [f"linear(theta_prune={angle})" for angle in ("0", "pi/24", "pi/12")]
    assert config.verifiers == (*pruners, "random")


def test_two_spellings_are_one_config():
    spelled = make_config(
        get("gaussian"), None, {"verifiers": ["noisy(p_noise=1e-1)", "random()", "random"]}
    )
    assert spelled.verifiers == ("noisy(p_noise=0.1)", "random")
    assert spelled == make_config(
        get("gaussian"), None, {"verifiers": ("noisy(p_noise=0.1)", "random(keep_rate=0.5)")}
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"taus": 0.1}, "taus is not a field of this experiment; fields: seed, n_seeds"),
        ({"tau": float("nan")}, "tau = nan is refused"),
        ({"tau": -1}, "tau = -1 is refused: Input should be greater than 0"),
        ({"dimension": 1}, "dimension = 1 is refused"),
        ({"sizes": ()}, "sizes = () is refused"),
        ({"sizes": (0, 10)}, "0 is not a sample count"),
        ({"selection_rates": (1.5,)}, "1.5 is not a share"),
        ({"verifiers": ("unheard_of",)}, "'unheard_of' is unknown; verifiers:"),
        ({"verifiers": ("self",)}, "self needs log_probability, which this experiment's"),
        ({"labels": "greedy"}, "labels = 'greedy' is refused"),
        ({"n_seeds": 0}, "n_seeds = 0 is refused"),
    ],
)
def test_a_bad_value_is_refused_by_name(values, message):
    with pytest.raises(InputError) as caught:
        make_config(get("gaussian"), "smoke", values)
    assert message in str(caught.value)


def test_fields_that_do_not_fit_together_are_named_without_the_rest_of_the_config():
    with pytest.raises(InputError) as caught:
        make_config(get("eigenvalues"), "smoke", {"sizes": (10**6,)})
    assert str(caught.value) == "sizes ask for 1000000 samples, the pool has pool_size = 2000"
    with pytest.raises(InputError) as caught:
        make_config(get("gaussian"), "smoke", {"verifiers": ("self",), "n_seeds": 0})
    assert "Config" not in str(caught.value) and "verifiers = ('self',)" in str(caught.value)


def test_unknown_names_list_the_known_ones():
    with pytest.raises(InputError, match="presets: smoke, class, quick, rounds, gpu, paper"):
        make_config(get("gaussian"), "huge")
    with pytest.raises(InputError, match=r"experiments: .*gaussian"):
        get("gausian")
