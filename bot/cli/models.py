"""`python -m bot models` and `models pull NAME` in a terminal: shows and asks; decides and fetches nothing itself."""

from collections.abc import Collection

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from bot.models import catalogue
from bot.models import hardware as machine
from bot.models.catalogue import Fit, Model, Served, gigabytes
from bot.models.store import Store
from bot.tutor.errors import UnusableModel


def list_models(console: Console, store: Store, setting: str = "auto", here: machine.Machine | None = None) -> None:
    """Prints the catalogue with what fits here, and what BOT_MODEL takes now: for `setting`, and for auto."""
    here = here or machine.read()
    present = store.present()
    console.print(table(catalogue.read(), present, here))
    gpu = f", {gigabytes(here.gpu_free_mb)} of {gigabytes(here.gpu_total_mb)} on its GPU" if here.gpu_total_mb else ""
    _say(console, f"Free on this machine now: {gigabytes(here.free_mb)}{gpu}.", "dim")
    _say(
        console,
        f"Needs: memory for weights and for {catalogue.AT_ONCE} answers at once, where it fits.",
        "dim",
    )
    for value in dict.fromkeys((setting, "auto")):
        _say(console, f"BOT_MODEL={value}: {_meant(store, value, here)}", "bold" if value == setting else "")


def table(models: Collection[Model], present: Collection[str], here: machine.Machine) -> Table:
    """The catalogue, best first; fits a terminal of 80 columns."""
    made = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in ("model", "size", "licence", "fetch", "needs", "fits", "here", "measured"):
        made.add_column(column, justify="right" if column in {"size", "fetch", "needs"} else "left", no_wrap=True)
    made.columns[-1].no_wrap = False
    for model in models:
        fit = model.fit(here.free_mb, here.gpu_free_mb)
        made.add_row(
            Text(model.name, style="bold" if model.name in present else ""),
            _parameters(model),
            model.licence,
            gigabytes(model.fetch_bytes // 1_000_000),
            gigabytes(model.memory_mb(4 if fit is Fit.CPU or not here.gpu_total_mb else 2)),
            Text(fit, style="red" if fit is Fit.NO else "green"),
            "yes" if model.name in present else "–",
            Text(model.measured, style="dim" if model.measured == "not measured" else ""),
        )
    return made


def pull(console: Console, store: Store, name: str, endpoint: str | None = None) -> None:
    """Fetches a model with a progress bar. Raises UnusableModel."""
    model = catalogue.named(name)
    was_here = model.name in store.present()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("Checking" if was_here else model.name, total=None)
            folder = store.pull(
                model, lambda done, total: progress.update(task, completed=done, total=total), endpoint=endpoint
            )
    except KeyboardInterrupt:
        kept = "What has come is kept. Go on with" if model.source else "Start again with"
        _say(console, f"Stopped. {kept}:\n  {catalogue.PULL} {model.name}", "yellow")
        raise
    _say(console, f"{model.name} is {'here and whole' if was_here else 'here now, its checksums are right'}:")
    _say(console, str(folder), soft=True)
    if not machine.has_model_libraries():
        _say(console, catalogue.without_libraries(model.name), "yellow", soft=True)


def _meant(store: Store, setting: str, here: machine.Machine) -> str:
    try:
        choice = store.choose(setting, here)
    except UnusableModel as problem:
        return str(problem).replace(". ", ".\n  ")  # a command is not broken over lines
    if isinstance(choice, Served):
        return f"the server at {choice.url}"
    return choice.model.name if isinstance(choice, catalogue.Local) else choice.reason


def _parameters(model: Model) -> str:
    billions = model.parameters / 1e9
    return f"{billions:.1f} B" if billions >= 1 else f"{model.parameters / 1e6:.0f} M"


def _say(console: Console, line: str, style: str = "", soft: bool = False) -> None:
    console.print(Text(line, style=style), soft_wrap=soft)
