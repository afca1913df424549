"""The messages of the interface as the sources mark them, read without gettext: it is not everywhere."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
CODE = ("agreement", "normalization_tracker", "obligations", "parties")
MARKS = ("gettext", "ngettext", "pgettext", "npgettext")
LITERAL = r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*"""
MARKED = re.compile(rf"\b(n?p?gettext|_)\({LITERAL}(?:,{LITERAL})?(?:,{LITERAL})?")


@dataclass(frozen=True, slots=True)
class Message:
    """A message with its plural and context, where it has any, and where it stands."""

    text: str
    where: str
    plural: str = ""
    context: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.text!r}"


def sources(ending: str) -> list[Path]:
    if ending == ".py":
        return sorted(path for name in CODE for path in (ROOT / name).rglob("*.py"))
    return sorted(
        path for path in (ROOT / "templates").rglob("*.*") if path.suffix in (".html", ".txt", ".svg")
    )


@cache
def modules() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sources(".py")}


def of_code() -> Iterator[Message]:
    for path, tree in modules().items():
        named = names_of(tree)
        for call in calls(tree, named):
            texts = [
                one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if texts:
                yield made(named[call.func.id], texts, f"{path.relative_to(ROOT)}:{call.lineno}")  # type: ignore[attr-defined]


def names_of(tree: ast.AST) -> dict[str, str]:
    """What marks a message in a module, by the name that it has there."""
    return {
        one.asname or one.name: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for one in node.names
        if one.name.removesuffix("_lazy").removesuffix("_noop") in MARKS
    }


def calls(tree: ast.AST, named: dict[str, str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in named:
            yield node


def of_templates() -> Iterator[Message]:
    for path in sources(".html"):
        for found in MARKED.finditer(templatize(path.read_text())):
            mark, *texts = found.groups()
            yield made(mark, [ast.literal_eval(one) for one in texts if one], str(path.relative_to(ROOT)))


def made(mark: str, texts: list[str], where: str) -> Message:
    context = texts.pop(0) if "pgettext" in mark else ""
    plural = texts[1] if mark.startswith("n") and len(texts) > 1 else ""
    return Message(texts[0], where, plural, context)


@cache
def messages() -> list[Message]:
    return [*of_code(), *of_templates()]
