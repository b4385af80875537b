"""A tiny random chat model for tests: real files that every transformers loader takes, built in half a second.

Its words are noise; its tokenizer, chat template and special tokens are those of a real model. Knows no generator.
"""

from pathlib import Path
from pydoc_data import topics
from typing import Any

CONTEXT = 512
"""The longest sequence that the model can read, in tokens."""

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\n\n</think>\n\n' }}{% endif %}{% endif %}"
)


def build(folder: Path, *, stops: bool = False, seed: int = 0, dtype: str = "float32", **shape: int) -> Path:
    """Writes config, weights (0.3 MB) and tokenizer into `folder` and returns it.

    With `stops` the model ends most texts by itself after some ten tokens; without it every text has exactly the
    length that was asked for, in tokens. `shape` sets fields of Qwen3Config, for a model as large as a real one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer()
    tokenizer.save_pretrained(folder)
    model = _model(len(tokenizer), tokenizer.eos_token_id, stops, seed, dtype, shape)
    model.save_pretrained(folder)
    return folder


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1024,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator([text[:4000] for text in list(topics.topics.values())[:40]], trainer)
    tokenizer: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=bpe, eos_token="<|im_end|>", pad_token="<|endoftext|>", model_max_length=CONTEXT
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def _model(words: int, end: int, stops: bool, seed: int, dtype: str, shape: dict[str, int]) -> Any:
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    small: dict[str, Any] = {
        "vocab_size": words,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "max_position_embeddings": CONTEXT,
    }
    config = Qwen3Config(
        **{**small, **shape},
        tie_word_embeddings=False,
        initializer_range=0.4,  # wide enough that a greedy text does not settle on one word
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=0,
        dtype=dtype,
    )
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        model: Any = Qwen3ForCausalLM._from_config(config, dtype=getattr(torch, dtype))
        model.lm_head.weight[end] *= 3.0 if stops else 0.0  # a likely word, or one that is never the likeliest
        model.lm_head.weight[words:] = 0.0
    return model
