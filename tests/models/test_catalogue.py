"""Which model a setting means, as a table; what a model needs, by hand; the catalogue's own facts."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import catalogue
from bot.models.catalogue import Choice, Fit, Local, Model, NoModel, PromptSize, Served, choose
from bot.tutor.errors import UnusableModel

LARGE = Model(name="large-4b", source="Maker/Large-4B-Chat", parameters=4_000_000_000)
SMALL = Model(name="small-1b", source="Maker/Small-1B-Chat", parameters=1_000_000_000)
PACKED = Model(name="packed", package="packed==1", file="packed.gguf", parameters=100_000_000)
MODELS = (LARGE, SMALL, PACKED)
ALL = {model.name: Path("/models") / model.name for model in MODELS}
ROOMY, TIGHT, NONE = 20_000, 6_000, 500
"""Free MB: LARGE needs 17,000 on a processor and 9,000 on a GPU, SMALL 5,000 and 3,000, PACKED 1,400 and 1,200."""


def local(model: Model) -> Local:
    return Local(ALL[model.name], model.file, model)


@pytest.mark.parametrize(
    ("setting", "present", "free_mb", "gpu_mb", "expected"),
    [
        ("auto", ALL, ROOMY, 0, local(LARGE)),
        ("auto", ALL, TIGHT, 0, local(SMALL)),
        ("auto", ALL, 1_500, 0, local(PACKED)),
        ("auto", ALL, NONE, 9_000, local(LARGE)),
        ("auto", ALL, NONE, 8_999, local(SMALL)),
        ("AUTO ", {"packed": ALL["packed"]}, ROOMY, 0, local(PACKED)),
        ("small-1b", ALL, TIGHT, 0, local(SMALL)),
        ("Small-1B", ALL, TIGHT, 0, local(SMALL)),
        ("maker/small-1b-chat", ALL, TIGHT, 0, local(SMALL)),
        ("Small-1B-Chat", ALL, TIGHT, 0, local(SMALL)),
        ("http://localhost:8000/v1/", {}, NONE, 0, Served("http://localhost:8000/v1")),
        ("https://models.example/v1", {}, NONE, 0, Served("https://models.example/v1")),
    ],
)
def test_a_setting_means(setting: str, present: dict[str, Path], free_mb: int, gpu_mb: int, expected: Choice) -> None:
    assert choose(setting, present, free_mb, gpu_mb, MODELS) == expected


@pytest.mark.parametrize(
    ("setting", "present", "reason"),
    [
        ("none", ALL, "from the glossary"),
        ("", ALL, "from the glossary"),
        ("auto", {}, "models pull packed"),
        ("auto", {"large-4b": ALL["large-4b"]}, "the smallest needs 17.0 GB, and 0.5 GB are free"),
    ],
)
def test_no_model_says_why(setting: str, present: dict[str, Path], reason: str) -> None:
    choice = choose(setting, present, NONE, 0, MODELS)
    assert isinstance(choice, NoModel)
    assert reason in choice.reason


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("large-4b", ["17.0 GB (9.0 GB on a GPU)", "0.5 GB are free, 2.0 GB on the GPU", "python -m bot models"]),
        ("smal-1b", ["Did you mean small-1b?", "python -m bot models", "./smal-1b"]),
        ("ftp://somewhere", ["ftp://somewhere", "http://localhost:8000/v1"]),
        ("http://", ["http://localhost:8000/v1"]),
    ],
)
def test_what_cannot_be_used_says_what_to_do(setting: str, said: list[str]) -> None:
    with pytest.raises(UnusableModel) as problem:
        choose(setting, ALL, NONE, 2_000, MODELS)
    for part in said:
        assert part in str(problem.value)


def test_a_model_that_is_not_here_names_the_command_that_fetches_it() -> None:
    with pytest.raises(UnusableModel, match="Run: python -m bot models pull small-1b"):
        choose("small-1b", {}, ROOMY, 0, MODELS)


@pytest.mark.parametrize(
    ("setting", "path", "gguf"),
    [
        ("./mine", "mine", ""),
        ("/data/mine", "/data/mine", ""),
        ("~/mine", "~/mine", ""),
        ("mine.gguf", ".", "mine.gguf"),
        ("/data/q4.gguf", "/data", "q4.gguf"),
        ("Somebody/Else", "Somebody/Else", ""),
    ],
)
def test_a_path_is_taken_as_it_stands(setting: str, path: str, gguf: str) -> None:
    choice = choose(setting, ALL, NONE, 0, MODELS)
    assert isinstance(choice, Local)
    assert (choice.path, choice.gguf_file) == (Path(path), gguf)
    assert choice.model.template == {"enable_thinking": False}


def test_a_model_of_ones_own_gets_the_long_prompt_when_it_is_large() -> None:
    assert catalogue.at_path(Path("m")).model.prompt is PromptSize.SHORT
    assert catalogue.at_path(Path("m"), 300_000_000).model.prompt is PromptSize.SHORT
    assert catalogue.at_path(Path("m"), 8_000_000_000).model.prompt is PromptSize.FULL


def test_memory_is_weights_and_cache_and_the_program() -> None:
    model = Model(name="m", parameters=3_000_000, context=1000, layers=2, kv_heads=5, head_size=10)
    # One token's keys and values: 2 x 2 x 5 x 10 = 200 values; four contexts of 1000 tokens: 800,000 values.
    assert model.memory_mb(2) == 1_000 + (3_000_000 + 800_000) * 2 // 10**6
    assert model.memory_mb(4) == 1_000 + (3_000_000 + 800_000) * 4 // 10**6
    assert model.memory_mb(4, at_once=1) == 1_000 + (3_000_000 + 200_000) * 4 // 10**6


@pytest.mark.parametrize(
    ("free_mb", "gpu_mb", "expected"),
    [(17_000, 0, Fit.CPU), (16_999, 0, Fit.NO), (17_000, 9_000, Fit.GPU), (16_999, 8_999, Fit.NO)],
)
def test_it_fits_on_the_gpu_first(free_mb: int, gpu_mb: int, expected: Fit) -> None:
    assert LARGE.fit(free_mb, gpu_mb) is expected


def test_the_catalogue_holds_what_it_promises() -> None:
    models = catalogue.read()
    assert [model.name for model in models] == ["qwen3-4b", "qwen3-1.7b", "qwen3-0.6b", "smollm2-360m", "smollm2-135m"]
    names = [name for model in models for name in model.names]
    assert len(names) == len(set(names)), "two models answer to one name"
    for model in models:
        assert model.context <= model.window
        assert bool(model.source) != bool(model.package), model.name
        assert model.licence
        assert 0 < model.memory_mb(2) < model.memory_mb(4)
        assert model.fetch_bytes >= 2 * model.parameters or model.package
        assert not model.package or (len(model.sha256) == 64 and model.file.endswith(".gguf") and model.file_bytes)


def test_it_is_ordered_by_size_and_the_hybrids_do_not_think_aloud() -> None:
    models = catalogue.read()
    assert list(models) == sorted(models, key=lambda model: -model.parameters)
    assert {m.name for m in models if m.template == {"enable_thinking": False}} == {"qwen3-1.7b", "qwen3-0.6b"}
    assert {m.name for m in models if m.prompt is PromptSize.FULL} == {"qwen3-4b", "qwen3-1.7b"}


def test_the_issues_own_names_are_understood() -> None:
    for name in ("Qwen3-4B-Instruct-2507", "Qwen3-1.7B", "Qwen/Qwen3-0.6B", "SmolLM2-360M-Instruct", "smollm2-135m"):
        assert catalogue.named(name)
    assert replace(catalogue.named("smollm2-135m")).file == "SmolLM2-135M-Instruct.Q4_1.gguf"
