"""Our attention for batches gives what the library's gives."""

from itertools import pairwise
from typing import Any

import pytest


class Cache:
    """Holds keys and values as a paged cache gives them back."""

    def __init__(self, key: Any, value: Any) -> None:
        self.kept = key, value

    def update(self, **_: object) -> Any:
        return self.kept


class Layer:
    layer_idx = 0
    num_key_value_groups = 3
    is_causal = True


@pytest.mark.parametrize("kind", ["full_attention", "sliding_attention"])
def test_each_text_attends_to_its_own_keys_only(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from bot.models.worker import cpu_attention as attention

    generator = torch.Generator().manual_seed(0)
    new, seen = [1, 5, 1], [7, 9, 4]  # two texts go on by a token, one prompt is read in part
    query = torch.randn(1, 6, sum(new), 8, generator=generator)
    key, value = (torch.randn(1, 2, sum(seen), 8, generator=generator) for _ in range(2))
    ends = [[0, *torch.tensor(each).cumsum(0).tolist()] for each in (new, seen)]
    mask = torch.full((1, 1, sum(new), sum(seen)), float("-inf"))
    for (q, q_end), (k, k_end) in zip(*(pairwise(each) for each in ends), strict=True):
        allowed = torch.ones(q_end - q, k_end - k).tril(diagonal=(k_end - k) - (q_end - q)).bool()
        mask[0, 0, q:q_end, k:k_end].masked_fill_(allowed, 0.0)
    heads = [each.repeat_interleave(3, 1) for each in (key, value)]
    expected = torch.nn.functional.scaled_dot_product_attention(query, *heads, attn_mask=mask, scale=0.3)

    fallen_back = []

    def library(*args: Any, **options: Any) -> tuple[Any, None]:
        fallen_back.append(kind)
        return expected.transpose(1, 2), None

    monkeypatch.setattr(attention, "sdpa_attention_forward", library)
    options = {"cu_seq_lens_q": torch.tensor(ends[0]), "cu_seq_lens_k": {kind: torch.tensor(ends[1])}}
    layer: Any = Layer()
    got, _ = attention.attention(
        layer, query, key[:, :, :1], value[:, :, :1], mask, cache=Cache(key, value), scaling=0.3, **options
    )
    assert torch.allclose(got, expected.transpose(1, 2), atol=1e-5)
    assert fallen_back == ([kind] if kind == "sliding_attention" else [])
