import re

import pytest

from synverify_core.experiments.gaussian.experiment import EXPERIMENT
from synverify_core.runs.uid import run_uid
from tests.runs.fake import Fake, FakeConfig

OTHER = {
    "seed": 7,
    "n_seeds": 3,
    "verifiers": ("random", "none"),
    "sizes": (5,),
    "selection_rates": (0.25,),
    "delay": 0.5,
    "fail_size": 2,
    "unless": "here",
    "child": True,
    "label": "fancy",
}


def test_the_defaults_leave_name_and_hash():
    assert re.fullmatch(r"fake-[0-9a-f]{8}", run_uid(Fake, FakeConfig()))


def test_what_differs_from_the_defaults_can_be_read():
    uid = run_uid(Fake, FakeConfig(seed=7, sizes=(100, 200)))
    assert re.fullmatch(r"fake-seed=7-sizes=100\+200-[0-9a-f]{8}", uid)


@pytest.mark.parametrize("field", FakeConfig.model_fields)
def test_every_field_changes_the_uid(field):
    assert run_uid(Fake, FakeConfig(**{field: OTHER[field]})) != run_uid(Fake, FakeConfig())


def test_another_version_of_the_code_changes_the_hash_only(monkeypatch):
    before = run_uid(Fake, FakeConfig(seed=1))
    monkeypatch.setattr(Fake, "version", 2)
    after = run_uid(Fake, FakeConfig(seed=1))
    assert before != after
    assert before[:-8] == after[:-8]


def test_the_uid_is_the_same_in_every_process_and_release():
    assert run_uid(Fake, FakeConfig()) == "fake-7597f2a5"


@pytest.mark.parametrize("label", ["../../etc", "a b\n", "x" * 500, "ü/:*?", "", "..."])
def test_the_uid_is_a_short_plain_file_name(label):
    config = FakeConfig(label=label, unless="y" * 300, sizes=tuple(range(1, 400)))
    uid = run_uid(Fake, config)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._=+-]*", uid)
    assert len(uid) <= 120


def test_long_settings_still_tell_configs_apart():
    one, two = (FakeConfig(unless="y" * 300 + end) for end in "ab")
    assert run_uid(Fake, one) != run_uid(Fake, two)


def test_every_preset_of_the_gaussian_experiment_has_its_own_uid():
    uids = {
        run_uid(EXPERIMENT, EXPERIMENT.config_type.make(p)) for p in EXPERIMENT.presets.values()
    }
    assert len(uids) == len(EXPERIMENT.presets)
