"""Attention for a batch of texts on a processor: each text attends to its own keys only. Knows no request.

The library lays all texts of a batch end to end and masks what they must not see of each other; on a processor that
computes, and copies, the masked part too: with 16 texts most of a step. Here a decode step is one small product a text.
"""

from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward

FULL = "full_attention"


def install() -> None:
    """Takes the place of the library's `sdpa` attention in this process."""
    AttentionInterface.register("sdpa", attention)


def attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """As the library's function: queries [1, heads, q, width] to [1, q, heads, width].

    What is not a batch of texts with full attention in every layer is left to the library.
    """
    ends_k = options.get("cu_seq_lens_k")
    whole = isinstance(ends_k, dict) and list(ends_k) == [FULL] and options.get("cache") is not None
    plain = options.get("position_bias") is None and not options.get("softcap")
    if not isinstance(ends_k, dict) or not whole or not plain or attention_mask is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **options)
    key, value = options["cache"].update(key_states=key, value_states=value, layer_idx=module.layer_idx, kwargs=options)
    ends_q, ends = options["cu_seq_lens_q"].tolist(), ends_k[FULL].tolist()
    out = torch.empty_like(query)
    for number in range(len(ends_q) - 1):
        q, k = slice(ends_q[number], ends_q[number + 1]), slice(ends[number], ends[number + 1])
        if q.start < q.stop:
            mask = attention_mask[:, :, q, k]
            out[:, :, q] = _one(query[:, :, q], key[:, :, k], value[:, :, k], mask, options.get("scaling"))
    return out.transpose(1, 2).contiguous(), None


def _one(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor, scaling: float | None
) -> torch.Tensor:
    """One text's attention. A single new token sees all its keys, so the heads that share keys become its rows."""
    if query.shape[2] == 1:
        rows = query.view(1, key.shape[1], -1, query.shape[3])
        return scaled_dot_product_attention(rows, key, value, scale=scaling).view(query.shape)
    groups = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    return scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)
