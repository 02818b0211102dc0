"""Tiny models with random weights, and articles made of few words."""

import copy
import random

import pytest
import torch

WORDS = "array compute matrix index shape tensor value returns the of a beta gamma delta".split()


@pytest.fixture(scope="session")
def articles() -> list[str]:
    rng = random.Random(0)
    return [" ".join(rng.choices(WORDS, k=rng.randint(4, 40))) for _ in range(24)]


@pytest.fixture(scope="session")
def tiny_tokenizer(articles):
    from synverify_core.experiments.summarization.tokenizer import train_tokenizer

    return train_tokenizer(articles, 320, 64)


@pytest.fixture
def tiny_llama(tiny_tokenizer):
    """Two layers, keys shared by two heads each; weights so large that no two tokens tie."""
    from transformers import LlamaConfig, LlamaForCausalLM

    from synverify_core.experiments.summarization.models import Loaded

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=320,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        initializer_range=0.4,
        bos_token_id=None,
        eos_token_id=tiny_tokenizer.eos_token_id,
        pad_token_id=tiny_tokenizer.pad_token_id,
    )
    return Loaded(LlamaForCausalLM(config).eval(), tiny_tokenizer)


@pytest.fixture
def tiny_gpt2(tiny_tokenizer):
    """Learnt positions instead of rotations, so that a wrong position shows."""
    from transformers import GPT2Config, GPT2LMHeadModel

    from synverify_core.experiments.summarization.models import Loaded

    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=320,
        n_embd=32,
        n_layer=2,
        n_head=4,
        n_positions=64,
        initializer_range=0.4,
        bos_token_id=tiny_tokenizer.eos_token_id,
        eos_token_id=tiny_tokenizer.eos_token_id,
    )
    return Loaded(GPT2LMHeadModel(config).eval(), tiny_tokenizer)


def fresh(loaded):
    """Copy a model, to train the copy."""
    return type(loaded)(copy.deepcopy(loaded.model), loaded.tokenizer)


def weights(loaded):
    """Return all parameters in one row."""
    return torch.cat([parameter.detach().flatten() for parameter in loaded.model.parameters()])


@pytest.fixture
def examples(tiny_tokenizer, articles):
    """Give each article with its first three words as its summary."""
    from synverify_core.experiments.summarization.text import encode_example

    return [
        encode_example(tiny_tokenizer, article, " ".join(article.split()[:3]), 64)
        for article in articles
    ]


@pytest.fixture(params=["llama", "gpt2"])
def tiny(request, tiny_llama, tiny_gpt2):
    return {"llama": tiny_llama, "gpt2": tiny_gpt2}[request.param]
