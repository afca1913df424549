"""Messages are whole: each can be translated into a language of other cases, orders and plurals than the English."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import TypeGuard

import pytest
from django.utils.translation import override

from obligations.words.numbers import all_of, any_of
from tests.words.messages import MARKS, ROOT, Message, calls, messages, modules, names_of, sources

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
POSITIONAL = re.compile(r"%[sd]|\{\}")
TAG = re.compile(r"<[^>]*>")
# What joins other words, and says nothing of itself.
PARTICLES = """
    a about after against an and as at before between by during for from in into of off on only or over per since than
    that the then to under until via with within without
"""
# At the end of a message these want something after them, which then stands in no message. Not those of verbs, as in
# "sign in" and "switch on".
OPEN_ENDED = """
    a about after against an and as at before between by for from of or per since than the to until with
"""
# Counted, and so with a plural: a number before what it counts.
COUNTS = "n|m|number|count|days|hours|minutes|all|total|found|checked|done|hanging|shown"
COUNTED = re.compile(rf"%\((?:{COUNTS})\)[sd] (?:[a-z]+ )?[a-z]{{3,}}s\b")
# The name of a choice, after which nothing follows.
KEPT = {"the day spoken of"}


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", PLACEHOLDER.sub(" ", TAG.sub(" ", text)))


def is_of_the_database(message: Message) -> bool:
    """The name of a model or a column."""
    return "/models/" in message.where or message.where.startswith("parties/models.py")


def is_a_sentence(text: str) -> bool:
    return text[:1].isupper() and text.endswith((".", "?"))


def blank_at_an_end(message: Message) -> bool:
    return message.text != message.text.strip()


def comma_at_an_end(message: Message) -> bool:
    bare = TAG.sub("", message.text).strip()
    return bare.startswith((",", ";", ".", ")")) or bare.endswith((",", ";", "("))


def particles_alone(message: Message) -> bool:
    """Without a context that says where it stands, or several things that it joins."""
    found = words_of(message.text)
    if message.context or is_of_the_database(message) or is_a_sentence(message.text):
        return False
    return (
        bool(found)
        and all(word.lower() in PARTICLES.split() for word in found)
        and len(PLACEHOLDER.findall(message.text)) < 2
        and ":" not in message.text
    )


def open_ended(message: Message) -> bool:
    """A label may be, where it stands by itself: it begins with a capital."""
    found, bare = words_of(message.text), TAG.sub("", message.text).strip()
    return (
        bool(found)
        and bare.endswith(found[-1])
        and found[-1].lower() in OPEN_ENDED.split()
        and not bare[:1].isupper()
        and not is_of_the_database(message)
        and not message.context
        and message.text not in KEPT
    )


def placeholders_alone(message: Message) -> bool:
    """Nothing is to be translated in it. Quotation marks are: each language has its own."""
    return not words_of(message.text) and "“" not in message.text


def positional(message: Message) -> bool:
    return len(POSITIONAL.findall(message.text.replace("%%", ""))) > 1


def count_without_plural(message: Message) -> bool:
    return not message.plural and bool(COUNTED.search(message.text))


RULES: list[Callable[[Message], bool]] = [
    blank_at_an_end,
    comma_at_an_end,
    particles_alone,
    open_ended,
    placeholders_alone,
    positional,
    count_without_plural,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_message_is_a_fragment(rule: Callable[[Message], bool]) -> None:
    assert not [str(one) for one in messages() if rule(one)]


def test_a_message_is_marked_by_a_name_that_the_catalogues_are_made_by() -> None:
    """Under another alias it would stand in no catalogue."""
    trees = ((path, names_of(tree)) for path, tree in modules().items())
    assert not [
        f"{path.relative_to(ROOT)}: {alias}"
        for path, named in trees
        for alias, name in named.items()
        if alias not in ("_", name)
    ]


def test_nothing_is_translated_before_anybody_asks() -> None:
    """A message of a module or a class is lazy, and is not filled there: it would stay in the language of the start."""
    assert not [*made_at_the_start()]


def made_at_the_start() -> Iterator[str]:
    for path, tree in modules().items():
        named = names_of(tree)
        at_start = [*of_modules(tree)]
        for call in (one for node in at_start for one in calls_in(node, named)):
            if named[call.func.id] in MARKS:  # type: ignore[attr-defined]
                yield f"{path.relative_to(ROOT)}:{call.lineno} is not lazy"
        for node in at_start:
            if is_filling(node) and any(calls(node, named)):
                yield f"{path.relative_to(ROOT)}:{node.lineno} is filled"


def is_filling(node: ast.AST) -> TypeGuard[ast.BinOp | ast.JoinedStr]:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add))
    )


def calls_in(node: ast.AST, named: dict[str, str]) -> Iterator[ast.Call]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in named:
        yield node


def of_modules(node: ast.AST) -> Iterator[ast.AST]:
    """All that runs when a module is loaded: nothing inside of a function, but its defaults."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from (one for default in defaults(child) for one in ast.walk(default))
            continue
        yield child
        yield from of_modules(child)


def defaults(of: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.expr]:
    return [one for one in (*of.args.defaults, *of.args.kw_defaults) if one is not None]


# A message, and what stands right after it in the same line of text: a value, or what holds one.
VALUES = (
    r"\{\{|\{% (?:count|day|include|level|moment|part(?:y|ies)|tier)\b|<(?:a|b|code|em|i|strong|time)\b|\w"
)
GOES_ON = re.compile(
    r"""\{% translate (?P<text>"[^"]*"|'[^']*')(?: context (?:"[^"]*"|'[^']*'))? %\}\s*"""
    rf"(?={VALUES})"
)


def test_no_message_goes_on_in_what_stands_after_it() -> None:
    """It would be half of a sentence. What ends in a colon is whole."""
    found = []
    for path in sources(".html"):
        for half in GOES_ON.finditer(path.read_text()):
            text = half["text"][1:-1]
            is_open = words_of(text)[-1:] and words_of(text)[-1].lower() in (
                *PARTICLES.split(),
                *OPEN_ENDED.split(),
            )
            if not text.endswith((":", ".", "?", "!", ")")) and (is_open or text[0].islower()):
                found.append(f"{path.relative_to(ROOT)}: {text}")
    assert not found


# Names of formats, programs and zones, what is typed, and attributes: the same in every language.
NO_WORDS = (
    r"[\w-]+=\"[^\"]*\"|&\w+;|UTC|SVG|PNG|CSV|XLSX|PDF|SHA-256"
    r"|Authorization: Bearer|python manage\.py loadpack agreement/packs/"
)
NOT_SHOWN = re.compile(
    r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}|\{% blocktranslate.*?\{% endblocktranslate %\}"
    r"|\{% block body_class %\}.*?\{% endblock %\}|&lt;iframe.*?/iframe&gt;|<(style|script)\b.*?</\1>",
    re.DOTALL,
)


def test_all_text_of_the_templates_is_marked() -> None:
    found = []
    for path in sources(".html"):
        if "styleguide" in path.parts:
            continue
        shown = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", NOT_SHOWN.sub(" ", path.read_text()), flags=re.DOTALL)
        texts = re.sub(r"<[^>]*>", "\n", shown)
        labels = re.findall(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"', shown)
        for text in (*texts.splitlines(), *labels):
            if re.search(r"[^\W\d_]{2,}", re.sub(NO_WORDS, " ", text)):
                found.append(f"{path.relative_to(ROOT)}: {text.strip()[:80]}")
    assert not found


def test_names_are_joined_as_a_language_joins_them() -> None:
    with override("en"):
        assert [all_of(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
            "",
            "A",
            "A and B",
            "A, B and C",
        ]
        assert any_of(["A", "B", "C"]) == "A, B or C"
