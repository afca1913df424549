"""Packs drawn by hypothesis, as plain values: any two of one code are an earlier and a later version of one pack."""

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from agreement.packs.model import Pack
from agreement.packs.read import read_pack
from parties.texts import ENDS, TURNS, is_blank

PARTIES = ("alpha", "beta", "gamma")
ACTORS = (*PARTIES, "desk")
OBLIGATIONS = tuple(f"O-{number}" for number in range(1, 6))
TRIGGERS = ("T-1", "T-2", "T-3")
PROVISIONS = {
    "main": (
        {"anchor": "art_1", "label": "Article 1"},
        {"anchor": "art_1__para_1", "label": "1", "parent": "art_1"},
    ),
    "annex": ({"anchor": "para_1", "label": "Paragraph 1"}, {"anchor": "para_2", "label": "Paragraph 2"}),
}
PLACES = [
    {"instrument": text, "provision": provision["anchor"]}
    for text, provisions in PROVISIONS.items()
    for provision in provisions
]
UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# What a text may hold only where it is turned back.
TURNING = {*TURNS, *ENDS}
DAYS = ("2023-02-28", "2024-02-29", "2024-12-31")
# Texts that are hard to write: quotes, breaks, what looks like a number, a day or a word of YAML, other scripts.
TEXTS = st.sampled_from(
    [
        "Plain",
        "'q' and \"d\"",
        "yes",
        "12",
        "2024-01-01",
        "a: b",
        "# no",
        "- item",
        "*star",
        "Чувати 岸 😀",
        "~",
        "{a}",
    ]
) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00" + "".join(TURNING)),
    min_size=1,
    max_size=8,
).filter(lambda text: not is_blank(text))
PROSE = TEXTS | st.lists(TEXTS, min_size=2, max_size=3).map("\n\n ".join)


def some(*codes: str, least: int = 0) -> st.SearchStrategy[list[str]]:
    """A part of the codes, in any order."""
    return st.permutations(codes).flatmap(
        lambda mixed: st.integers(least, len(codes)).map(lambda number: list(mixed[:number]))
    )


def limits(triggers: list[str], earlier: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    starts = [st.sampled_from(triggers).map(lambda code: {"trigger": code})] if triggers else []
    starts += [st.sampled_from(earlier).map(lambda code: {"after": code})] if earlier else []
    shapes: list[st.SearchStrategy[dict[str, Any]]] = [
        st.just({"rule": "none"}),
        st.builds(lambda day: {"rule": "fixed", "date": day, "expected_due": day}, st.sampled_from(DAYS)),
        st.builds(
            lambda period: {"rule": "end_of_period", "period": period},
            st.sampled_from(["2024", "2024-H1", "2024-W52"]),
        ),
        st.builds(
            lambda rule, first: {"rule": "recurring", "rrule": rule, "first": first},
            st.sampled_from(["FREQ=MONTHLY;INTERVAL=3", "FREQ=YEARLY"]),
            st.sampled_from(DAYS),
        ),
    ]
    if starts:
        start = st.one_of(starts)
        shapes += [
            start.map(lambda one: {"rule": "urgent"} | one),
            st.builds(
                lambda unit, way, number, one: {"rule": f"{unit}_{way}", unit: number} | one,
                st.sampled_from(["days", "working_days", "weeks", "months", "years"]),
                st.sampled_from(["after", "before"]),
                st.integers(1, 40),
                start,
            ),
        ]
    return st.one_of(shapes)


@st.composite
def obligations(
    draw: st.DrawFn, code: str, actors: list[str], triggers: list[str], groups: list[str], earlier: list[str]
) -> dict[str, Any]:
    text = draw(st.sampled_from(sorted(PROVISIONS)))
    limit = draw(limits(triggers, earlier))
    kinds = (
        ["recurring"] if limit["rule"] == "recurring" else ["one_off", "standing", "recurring", "conditional"]
    )
    entry = {
        "code": code,
        "instrument": text,
        "provision": draw(st.sampled_from(PROVISIONS[text]))["anchor"],
        "title": draw(TEXTS),
        "kind": draw(st.sampled_from(kinds)),
        "obligors": draw(some(*actors, least=1)),
        "beneficiaries": draw(some(*actors, *groups)),
        "deadline": limit,
        "tags": draw(some("water", "roads")),
        "indicators": draw(st.lists(TEXTS, max_size=2)),
        "means_of_verification": draw(st.lists(TEXTS, max_size=2)),
        "confidence": "verified",
    }
    entry["shares"] = {obligor: draw(TEXTS) for obligor in entry["obligors"] if draw(st.booleans())}
    gates = [
        {"text": draw(PROSE)},
        {"text": draw(PROSE), "instruments": [text]},
        *({"trigger": one} for one in triggers),
        *({"obligation": one} for one in earlier),
    ]
    entry["gates"] = draw(st.lists(st.sampled_from(gates), max_size=2))
    own = {"instrument": text, "provision": entry["provision"]}
    others = [place for place in PLACES if place != own]
    entry["also_under"] = draw(st.lists(st.sampled_from(others), unique_by=repr, max_size=2))
    if draw(st.booleans()):
        entry["target"] = {"value": draw(st.sampled_from([0, 30, -4, "12.50", "1000000"]))} | draw(
            st.sampled_from([{}, {"baseline": 0}, {"baseline": "0.5", "unit": "per cent"}])
        )
    if draw(st.booleans()) and earlier:
        entry["same_event_as"] = earlier[0]
    if draw(st.booleans()):
        entry["summary"] = draw(PROSE)
    if entry["kind"] in ("standing", "recurring") and limit["rule"] != "recurring" and draw(st.booleans()):
        entry["review_every"] = {"months": draw(st.integers(1, 12))}
    return entry


@st.composite
def events(draw: st.DrawFn, code: str, owed: list[str]) -> dict[str, Any]:
    return {
        "code": code,
        "date": draw(st.sampled_from(DAYS)),
        "precision": "day",
        "title": draw(TEXTS),
        "touches": ["all"] if draw(st.booleans()) else draw(some(*owed)),
        "provisions": draw(st.lists(st.sampled_from(PLACES), unique_by=repr, max_size=2)),
        "source": "press",
    }


@st.composite
def positions(draw: st.DrawFn, party: str) -> dict[str, Any]:
    stated = {"party": party, "position": draw(st.sampled_from(["signed", "accepted", "disputed"]))}
    if draw(st.booleans()):
        stated |= {"date": draw(st.sampled_from(DAYS)), "source": draw(TEXTS), "note": draw(PROSE)}
    return stated


@st.composite
def calendars(draw: st.DrawFn, code: str, parties: list[str]) -> dict[str, Any]:
    days = draw(some(*DAYS, least=1))
    entry = {
        "code": code,
        "name": draw(TEXTS),
        "years": [2023, 2024],
        "days": [{"date": day, "name": draw(TEXTS)} for day in days],
    }
    if parties:
        entry["parties"] = parties
    return entry


@st.composite
def agreements(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "code": "drawn",
        "title": draw(TEXTS),
        "short_title": "Drawn",
        "as_of": "2025-01-31",
        "gathered": draw(TEXTS),
        "licence": "CC BY 4.0",
        "version": "2",
        "time_zone": draw(st.sampled_from(["Europe/Brussels", "UTC"])),
        "counting": draw(st.sampled_from(["calendar", "eu-1182-71", "working-days"])),
        "due_soon_days": 30,
        "review_every": {"months": 6},
        "reminders": draw(st.lists(st.integers(-366, 366), max_size=4, unique=True)),
        "escalation": draw(st.lists(st.integers(1, 366), max_size=3, unique=True)),
        "reminder_counting": draw(st.sampled_from(["calendar", "working-days"])),
        "sign_off": draw(some("complete_findings", "waivers", "gates", "publications")),
        "synonyms": draw(st.lists(st.lists(TEXTS, min_size=2, max_size=3, unique=True), max_size=2)),
    }


@st.composite
def instruments(draw: st.DrawFn, text: str, provisions: Any) -> dict[str, Any]:
    return {
        "code": text,
        "kind": draw(st.sampled_from(["agreement", "plan", "decision"])),
        "title": draw(TEXTS),
        "short_title": text,
        "positions": [draw(positions(one)) for one in draw(some(*PARTIES[:2]))]
        + [{"party": "alpha", "position": "reservations", "date": "2025-01-01"}][: draw(st.integers(0, 1))],
        "language": draw(st.sampled_from(["en", "sr-Latn"])),
        "official_text": "example.org/text?of=1",
        "provisions": list(provisions),
    }


@st.composite
def plain_packs(draw: st.DrawFn) -> dict[str, Any]:
    actors = [*PARTIES[:2], *draw(some(*ACTORS[2:]))]
    triggers, groups = draw(some(*TRIGGERS)), draw(some("people", "traders"))
    owed = draw(some(*OBLIGATIONS, least=1))
    owners = draw(some(*actors))
    pack: dict[str, Any] = {
        "format": 1,
        "agreement": draw(agreements()),
        "actors": [
            {
                "code": one,
                "name": one.title(),
                "role": "party" if one in PARTIES else "facilitator",
                "mark": place + 1,
            }
            | ({"part_of": actors[0]} if place and draw(st.booleans()) else {})
            for place, one in enumerate(actors)
        ],
        "groups": [{"code": one, "label": draw(TEXTS)} for one in groups],
        "topics": [{"code": one, "label": draw(TEXTS)} for one in draw(some("water", "roads"))],
        "calendars": [
            draw(calendars(f"calendar_{number}", owners[number::2]))
            for number in range(draw(st.integers(0, 2)))
        ],
        "triggers": [
            {"code": one, "label": draw(TEXTS), "date": draw(st.sampled_from([*DAYS, None]))}
            for one in triggers
        ],
        "instruments": [draw(instruments(text, provisions)) for text, provisions in PROVISIONS.items()],
        "rules": [
            {"code": one, "instrument": "main", "provision": "art_1", "text": draw(PROSE)}
            for one in draw(some("R-1", "R-2"))
        ],
        "events": [draw(events(one, owed)) for one in draw(some("E-1", "E-2"))],
        "obligations": [
            draw(obligations(one, actors, triggers, groups, owed[:place])) for place, one in enumerate(owed)
        ],
    }
    if draw(st.booleans()):
        pack["actors"][0]["name"] = "Alpha*"
        pack["naming"] = {"label": "Alpha*", "marker": "*", "footnote": draw(TEXTS)}
    pack["translations"] = [draw(translations(one, pack)) for one in draw(some("sq", "sr"))]
    return pack


@st.composite
def translations(draw: st.DrawFn, language: str, pack: dict[str, Any]) -> dict[str, Any]:
    """Of some of the pack's texts and names, in a file of its own."""
    names = [actor["name"] for actor in pack["actors"]]
    texts = {" ".join(one["title"].split()) for one in (pack["agreement"], *pack["obligations"])} - {*names}
    forms = st.fixed_dictionaries({"name": TEXTS}, optional={"genitive": TEXTS, "locative": TEXTS})
    mark = "*" if "naming" in pack else ""
    named = {
        name: {form: word + mark * (name == "Alpha*") for form, word in draw(forms).items()}
        for name in draw(some(*names))
    }
    return {
        "format": 1,
        "translation_of": pack["agreement"]["code"],
        "language": language,
        "state": draw(st.sampled_from(["machine", "reviewed"])),
        "names": named,
        "texts": {text: draw(PROSE) for text in draw(some(*sorted(texts)))},
        "days": {"New Year's Day": draw(TEXTS)},
    } | draw(st.sampled_from([{}, {"by": "A reader"}]))


def as_text(plain: dict[str, Any]) -> str:
    """As JSON, which is YAML where what must not stand in a file is escaped."""
    return UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(plain, ensure_ascii=False))


def read(plain: dict[str, Any], folder: Path) -> Pack:
    path = folder / "drawn.yaml"
    translated = {f"drawn-{one['language']}.yaml": one for one in plain["translations"]}
    files = translated | {path.name: plain | {"translations": list(translated)}}
    for name, content in files.items():
        (folder / name).write_text(as_text(content), encoding="utf-8")
    return read_pack(path)
