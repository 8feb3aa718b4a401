"""The house rules with numbers (architecture, section 8), read from the source itself."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("lms", "plugins")

MEDIAN_LINES = 8
NINTH_DECILE_LINES = 25
MOST_LINES = 50
MOST_FILE_LINES = 300
LONG_FILES = {
    "lms/core/hooks/contracts.py": "one page with every value that crosses hooks",
    "lms/core/hooks/specs.py": "one page with every hook is easier to read than several",
}
VAGUE_NAMES = {"utils", "helpers", "common", "misc", "manager"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(frozen=True)
class Source:
    """One Python file: its name below the root, its lines and its tree."""

    name: str
    lines: list[str] = field(repr=False)
    tree: ast.Module = field(repr=False)

    def at(self, node: ast.AST, what: str) -> str:
        """A finding in the form that editors can follow."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}: {what}"


def parse(name: str, text: str) -> Source:
    return Source(name, text.splitlines(), ast.parse(text))


@cache
def sources() -> tuple[Source, ...]:
    """Give our sources; migrations are written by Alembic and never edited once landed."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    kept = [path for path in paths if "migrations" not in path.parts]
    return tuple(parse(path.relative_to(ROOT).as_posix(), path.read_text()) for path in kept)


def test_sources_are_found() -> None:
    assert sources()


# --- Length -------------------------------------------------------------------------------------


def functions(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


def body_lines(function: Function) -> int:
    """Lines from the first statement after the docstring to the end; 0 for a docstring alone."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def has_reason(source: Source, function: Function) -> bool:
    """Whether the line above the function (or its decorators) is a `# long:` comment with words."""
    starts = [function.lineno, *(decorator.lineno for decorator in function.decorator_list)]
    above = [source.lines[start - 2].strip() for start in starts if start > 1]
    return any(
        line.startswith("# long:") and line.removeprefix("# long:").strip() for line in above
    )


def lengths() -> list[int]:
    """Lengths of all functions with a body; hook specifications have none."""
    found = [body_lines(function) for source in sources() for function in functions(source)]
    return [length for length in found if length]


def test_functions_are_short_in_the_middle() -> None:
    assert statistics.median(lengths()) <= MEDIAN_LINES


def test_functions_are_short_for_nine_in_ten() -> None:
    assert statistics.quantiles(lengths(), n=10, method="inclusive")[-1] <= NINTH_DECILE_LINES


def too_long(source: Source) -> list[str]:
    return [
        source.at(function, f"{function.name} has {body_lines(function)} lines")
        for function in functions(source)
        if body_lines(function) > MOST_LINES and not has_reason(source, function)
    ]


def test_long_functions_have_a_reason_beside_them() -> None:
    assert_none(too_long)


def too_long_file(source: Source) -> list[str]:
    length = len(source.lines)
    if length <= MOST_FILE_LINES or source.name in LONG_FILES:
        return []
    return [f"{source.name}: {length} lines"]


def test_files_are_short() -> None:
    assert_none(too_long_file)


# --- Names and docstrings -----------------------------------------------------------------------


def vague_name(source: Source) -> list[str]:
    vague = VAGUE_NAMES.intersection(Path(source.name).with_suffix("").parts)
    return [f"{source.name}: named {name}" for name in vague]


def test_modules_are_named_after_something() -> None:
    assert_none(vague_name)


def is_public_module(source: Source) -> bool:
    parts = Path(source.name).with_suffix("").parts
    return not any(part.startswith("_") and part != "__init__" for part in parts)


def public_definitions(node: ast.AST) -> Iterator[Definition]:
    """Public functions and classes, and those of public classes; never what is inside functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            if child.name.startswith("_") or is_second_half(child):
                continue
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public_definitions(child)
        elif isinstance(child, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            yield from public_definitions(child)


def is_second_half(node: Definition) -> bool:
    """An overload or a property's setter: the description stands at its other half."""
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(names & {"overload", "setter", "deleter"})


def is_sentence(docstring: str | None) -> bool:
    first = (docstring or "").strip().split("\n", 1)[0].rstrip()
    return first.endswith(".") and len(first.split()) > 1


def undocumented(source: Source) -> list[str]:
    if not is_public_module(source):
        return []
    found = [] if is_sentence(ast.get_docstring(source.tree)) else [f"{source.name}:1: module"]
    for node in public_definitions(source.tree):
        if not is_sentence(ast.get_docstring(node)):
            found.append(source.at(node, node.name))
    return found


def test_public_names_are_described_by_a_sentence() -> None:
    assert_none(undocumented)


# --- Forbidden ----------------------------------------------------------------------------------

FORBIDDEN_CALLS = {
    "eval": "runs text as code",
    "exec": "runs text as code",
    "pickle.load": "runs code of the sender",
    "pickle.loads": "runs code of the sender",
    "marshal.loads": "runs code of the sender",
    "yaml.load": "runs code of the sender",
    "yaml.unsafe_load": "runs code of the sender",
    "os.system": "passes through a shell",
    "tempfile.mktemp": "another process may take the name",
}
HARMLESS_RANDOM = {"random.uniform"}  # a fraction for waiting times: no token is made of it
SQL_TAKERS = {"text", "execute", "exec_driver_sql", "scalar", "scalars"}


def dangerous(source: Source) -> list[str]:
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            found.append(source.at(node, "bare except also swallows the order to stop"))
        if isinstance(node, ast.Call):
            found += [source.at(node, finding) for finding in dangerous_call(node)]
        if isinstance(node, ast.ImportFrom):
            found += [source.at(node, finding) for finding in dangerous_import(node)]
    return found


def dangerous_call(call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func)
    if name in FORBIDDEN_CALLS:
        yield f"{name}: {FORBIDDEN_CALLS[name]}"
    seeded = name == "random.Random" and call.args
    if name.startswith("random.") and not seeded and name not in HARMLESS_RANDOM:
        yield f"{name}: guessable; use secrets, or random.Random(seed) to repeat a draw"
    if name.rpartition(".")[2] in SQL_TAKERS and call.args and is_formatted(call.args[0]):
        yield f"{name}: SQL put together from text; pass parameters"
    if any(word.arg == "shell" and ast.unparse(word.value) == "True" for word in call.keywords):
        yield f"{name}: passes through a shell"


def dangerous_import(node: ast.ImportFrom) -> Iterator[str]:
    """Names taken out of these modules would escape the look at calls."""
    if node.module in {"pickle", "marshal", "yaml", "random"}:
        yield f"from {node.module} import …: import the module instead"


def is_formatted(value: ast.expr) -> bool:
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in value.values)
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, ast.Add | ast.Mod) and contains_text(value)
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith(".format")


def contains_text(value: ast.AST) -> bool:
    return any(
        isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str))
        for node in ast.walk(value)
    )


def test_nothing_dangerous_is_called() -> None:
    assert_none(dangerous)


# --- The rules themselves -----------------------------------------------------------------------


def assert_none(rule: Callable[[Source], list[str]]) -> None:
    found = [finding for source in sources() for finding in rule(source)]
    assert not found, "\n" + "\n".join(found)


LONG_BODY = "def f():\n    '''Do it.'''\n" + "    x = 1\n" * 51


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (too_long, LONG_BODY),
        (too_long, "# long:\n" + LONG_BODY),
        (too_long_file, "x = 1\n" * 301),
        (undocumented, "x = 1"),
        (undocumented, "'''A module without an end'''"),
        (undocumented, "'''A module.'''\nclass A:\n    '''A class.'''\n    def f(self): ..."),
        (undocumented, "'''A module.'''\nif x:\n    def f(): ..."),
        (dangerous, "eval('1')"),
        (dangerous, "pickle.loads(data)"),
        (dangerous, "from pickle import loads"),
        (dangerous, "token = random.choice(letters)"),
        (dangerous, "token = random.Random().random()"),
        (dangerous, "subprocess.run(x, shell=True)"),
        (dangerous, "try:\n    f()\nexcept:\n    g()"),
        (dangerous, "session.execute(text(f'select {x}'))"),
        (dangerous, "sa.text('select ' + x)"),
        (dangerous, "text('select %s' % x)"),
        (dangerous, "text('select {}'.format(x))"),
    ],
)
def test_rule_finds_a_breach(rule: Callable[[Source], list[str]], text: str) -> None:
    assert rule(parse("lms/example.py", text))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (too_long, "# long: a table of cases\n" + LONG_BODY),
        (too_long, "# long: a table of cases\n@decorated\n" + LONG_BODY),
        (too_long_file, "x = 1\n" * 300),
        (undocumented, "'''A module.'''\ndef _f(): ..."),
        (dangerous, "order = random.Random(seed)\norder.shuffle(items)"),
        (dangerous, "wait = random.uniform(0.5, 1.5)"),
        (dangerous, "text('select 1 ' 'where x = :x')"),
        (dangerous, "session.execute(select(A).where(A.x == x))"),
        (dangerous, "session.scalar(select(count + 1))"),
    ],
)
def test_rule_is_silent_when_kept(rule: Callable[[Source], list[str]], text: str) -> None:
    assert not rule(parse("lms/example.py", text))


def test_vague_name_is_found() -> None:
    assert vague_name(parse("lms/web/helpers.py", ""))
    assert vague_name(parse("plugins/common/domain.py", ""))
    assert not vague_name(parse("lms/core/uncommon.py", ""))
