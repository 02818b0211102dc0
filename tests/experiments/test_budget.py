from synverify_core.experiments.budget import Budget, budget_line, matched

SHORT, LONG = (Budget(n, "steps", 64, "cosine", 1.5e-3) for n in (2_000, 6_000))


def test_equal_budgets_are_one_entry_and_other_ones_stand_apart():
    alike = {"generator": LONG, "retrained": LONG}
    assert matched(alike)
    text = "Training of generator and retrained: 6,000 steps of 64, cosine, rate 0.0015."
    assert budget_line(alike) == text
    other = {"generator": SHORT, "retrained": LONG}
    assert not matched(other)
    assert budget_line(other, "Why.") == (
        "Training of generator: 2,000 steps of 64, cosine, rate 0.0015; "
        "retrained: 6,000 steps of 64, cosine, rate 0.0015. Why."
    )


def test_epochs_may_be_parts_and_one_is_one():
    assert str(Budget(0.5, "epochs", 8, "constant", 1e-3)).startswith("0.5 epochs of 8")
    assert str(Budget(1.0, "epochs", 8, "constant", 1e-3)).startswith("1 epoch of 8")
    assert "minimum" in str(Budget())
    assert budget_line({}) == ""
