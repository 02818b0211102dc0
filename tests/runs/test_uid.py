import json
import re
from pathlib import Path

import pytest

from synverify_core.experiments import registry
from synverify_core.runs.reading import read_request
from synverify_core.runs.uid import run_names, run_uid
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
    "n_rounds": 2,
    "policy": "accumulate",
    "real_fraction": 0.25,
    "clean_labels": False,
}
DEFAULTS = Path(__file__).with_name("defaults.json")
SHIPPED = Path(__file__).resolve().parents[2] / "cache" / "reference"


def test_what_differs_from_the_defaults_can_be_read():
    assert re.fullmatch(r"fake-[0-9a-f]{8}", run_uid(Fake, FakeConfig()))
    uid = run_uid(Fake, FakeConfig(seed=7, sizes=(100, 200)))
    assert re.fullmatch(r"fake-seed=7-sizes=100\+200-[0-9a-f]{8}", uid)


@pytest.mark.parametrize("field", FakeConfig.model_fields)
def test_every_field_changes_the_uid(field):
    others = {"policy": "mix"} if field == "real_fraction" else {}  # it is of a mix only
    changed = FakeConfig(**{field: OTHER[field], **others})
    assert run_uid(Fake, changed) != run_uid(Fake, FakeConfig(**others))


def test_another_version_of_the_code_changes_the_hash_only(monkeypatch):
    before = run_uid(Fake, FakeConfig(seed=1))
    monkeypatch.setattr(Fake, "version", 2)
    after = run_uid(Fake, FakeConfig(seed=1))
    assert before != after
    assert before[:-8] == after[:-8]


def test_the_uid_is_the_same_in_every_process_and_release():
    assert run_uid(Fake, FakeConfig(seed=7)) == "fake-seed=7-cdd97a27"


def test_a_field_that_an_experiment_gains_changes_no_uid(monkeypatch):
    class Later(FakeConfig):
        colour: str = "blue"

    assert run_uid(Fake, Later(seed=7)) == run_uid(Fake, FakeConfig(seed=7))
    assert run_uid(Fake, Later(colour="red")) != run_uid(Fake, FakeConfig())


def test_the_former_name_hashed_every_field_of_its_time():
    assert run_names(Fake, FakeConfig())[1] == "fake-7597f2a5"
    assert len(run_names(Fake, FakeConfig(n_rounds=2))) == 1


@pytest.mark.parametrize("folder", sorted(SHIPPED.glob("*-*")), ids=lambda folder: folder.name[-8:])
def test_every_shipped_record_is_found_by_its_config(folder):
    _, experiment, config = read_request(folder)
    assert folder.name in run_names(experiment, config)


def renewed(golden):
    """Return the defaults of every experiment; refuse one that differs under the same version."""
    found = {}
    for name, experiment in registry.experiments().items():
        defaults = experiment.config_type().model_dump(mode="json")
        found[name] = {"version": experiment.version, "defaults": defaults}
        if golden.get(name, {}).get("version") == experiment.version:
            for field, before in golden[name]["defaults"].items():
                assert defaults.get(field, "no field") == before, (
                    f"{name}: the default of {field} was {before!r}; raise the experiment's version"
                )
    return found


def test_no_default_changes_without_a_new_version():
    golden = json.loads(DEFAULTS.read_text())
    assert renewed(golden) == golden, "renew it with: python -m tests.runs.test_uid"


def test_a_changed_default_is_refused_until_the_version_is_raised():
    golden = json.loads(DEFAULTS.read_text())
    golden["gaussian"]["defaults"]["tau"] = 0.2
    with pytest.raises(AssertionError, match=r"gaussian: the default of tau was 0\.2; raise"):
        renewed(golden)
    golden["gaussian"]["version"] -= 1
    assert renewed(golden)["gaussian"]["defaults"]["tau"] == 0.15


@pytest.mark.parametrize("label", ["../../etc", "a b\n", "x" * 500, "ü/:*?", "", "..."])
def test_the_uid_is_a_short_plain_file_name(label):
    config = FakeConfig(label=label, unless="y" * 300, sizes=tuple(range(1, 400)))
    uid = run_uid(Fake, config)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._=+-]*", uid)
    assert len(uid) <= 120


def test_long_settings_still_tell_configs_apart():
    one, two = (FakeConfig(unless="y" * 300 + end) for end in "ab")
    assert run_uid(Fake, one) != run_uid(Fake, two)


if __name__ == "__main__":
    known = json.loads(DEFAULTS.read_text()) if DEFAULTS.exists() else {}
    text = json.dumps(renewed(known), indent=1)
    lists = re.compile(r"\[[^\]]*\]")  # one line for each field
    DEFAULTS.write_text(lists.sub(lambda found: " ".join(found[0].split()), text) + "\n")
