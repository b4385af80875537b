"""A small mutation run: changes the code in one place at a time and looks whether a test notices.

    python bench/mutants.py bot/tutor/context_selection.py tests/tutor/test_context_selection.py [--most 20]

Comparisons and boolean operators are turned round, conditions negated, numbers raised by one, `+` and `-` exchanged. Works
in a copy of the project under a temporary folder, so that the files here stay as they are. Prints every mutant that
survived, with its line: a test is missing there, or the change makes no difference.
"""

import argparse
import ast
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent
OTHER = {ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
OTHER |= {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And}
OTHER |= {ast.Add: ast.Sub, ast.Sub: ast.Add}
TIMEOUT_S = 300


def mutants(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, changed source) for every single change."""
    count = sum(1 for _ in ast.walk(ast.parse(source)))
    for place in range(count):
        tree = ast.parse(source)
        node = list(ast.walk(tree))[place]
        if line := _change(node):
            yield line, ast.unparse(tree)


def _change(node: ast.AST) -> int:
    """Change a node in place; return its line, 0 where there is nothing to change."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            node.ops = [OTHER[type(op)]()]
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OTHER:
            node.op = OTHER[type(op)]()
        case ast.If(test=test) | ast.IfExp(test=test):
            node.test = ast.UnaryOp(ast.Not(), test)
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            node.value = value + 1
        case _:
            return 0
    ast.fix_missing_locations(node)
    return int(node.lineno)


def survives(copy: Path, tests: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", *tests]
    try:
        return subprocess.run(command, check=False, cwd=copy, capture_output=True, timeout=TIMEOUT_S).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="a file of the project, from its root")
    parser.add_argument("tests", nargs="+")
    parser.add_argument(
        "--most", type=int, default=20, help="how many mutants are drawn at random (with the same seed)"
    )
    given = parser.parse_args()
    source = (PROJECT / given.file).read_text("utf-8")
    drawn = list(mutants(source))
    drawn = random.Random(0).sample(drawn, min(given.most, len(drawn)))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        ignored = shutil.ignore_patterns(".venv", ".git", "built", ".cache", "__pycache__", ".hypothesis")
        shutil.copytree(PROJECT, copy, ignore=ignored)
        if not survives(copy, given.tests):
            sys.exit("The tests fail without any change: mend them first.")
        left = []
        for line, changed in sorted(drawn):
            (copy / given.file).write_text(changed, "utf-8")
            if survives(copy, given.tests):
                left.append(line)
                print(f"{given.file}:{line} survived: {source.splitlines()[line - 1].strip()}", flush=True)
    print(f"{len(drawn) - len(left)} of {len(drawn)} mutants were noticed")


if __name__ == "__main__":
    main()
