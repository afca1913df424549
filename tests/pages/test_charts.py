"""The pictures at addresses of their own: the numbers of the page, the tier of the viewer, files that stand alone."""

import csv
import io
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from agreement.models import Provision
from obligations.models import Obligation
from obligations.web.compliance.charts import CHARTS
from obligations.web.compliance.pictures.canvas import DIGIT
from obligations.web.compliance.pictures.levels import lines_of
from obligations.web.compliance.pictures.mirrored import ALONE, GAP, MIDDLE, Panel
from parties.access import Tier
from parties.models import Party
from tests import make
from tests.lasting import standing
from tests.make import NOW
from tests.pages.compliance_data import accord, owed, signed_in
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]


def made() -> None:
    accord()
    make.finding(standing("KEEP"), conduct="kept", effective_on=NOW.date().replace(year=2025))


world = made_once(made)


def file(client: Client, name: str, form: str, query: str = "") -> bytes:
    answer = client.get(f"/compliance/charts/{name}.{form}?{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)  # type: ignore[attr-defined]


def rows(client: Client, name: str, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file(client, name, "csv", query).decode("utf-8-sig"))))


def test_a_drawing_can_be_read_whatever_a_title_holds(client: Client) -> None:
    Obligation.objects.update(title="Odd\x0b\x1f title \ufffe")
    Party.objects.update(name="Odd\x08 name")
    for name in CHARTS:
        ElementTree.fromstring(file(client, name, "svg").decode())
        assert file(client, name, "png").startswith(b"\x89PNG")


@pytest.mark.parametrize("name", CHARTS)
def test_a_drawing_stands_alone(name: str, client: Client) -> None:
    svg = file(client, name, "svg").decode()
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    assert not re.search(r"var\(|light-dark|oklch|<script", svg)
    words = " ".join(root.itertext())
    assert "As of 2 Mar 2026" in words
    assert "Counted in what everybody may see." in words
    assert "Source:" in words
    assert {one.attrib["href"] for one in root.iter() if one.attrib.get("href", "").startswith("#")} <= {
        f"#{one.attrib['id']}" for one in root.iter() if "id" in one.attrib
    }


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_of_pixels_is_painted_from_the_drawing(name: str, client: Client) -> None:
    assert file(client, name, "png").startswith(b"\x89PNG")


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_has_a_page_with_its_table_and_files(name: str, client: Client) -> None:
    page = client.get(f"/compliance/charts/{name}/?party=alpha&as_of=2025-06-01").content.decode()
    for form in ("svg", "png", "csv"):
        assert (
            f"/compliance/charts/{name}.{form}?agreement=accord&amp;party=alpha&amp;as_of=2025-06-01" in page
        )
    assert "<table" in page


def test_the_levels_end_with_the_numbers_of_the_page(client: Client) -> None:
    newest: dict[tuple[str, str], int] = {}
    for row in rows(client, "levels"):
        newest[row["party"], row["level"]] = int(row["deliverables"])
    for line in client.get("/compliance/").context["figures"].levels:
        assert {mark.label: newest[line.party.name, mark.label] for mark in line.levels} == {
            mark.label: mark.number.n for mark in line.levels
        }


def test_the_claims_of_the_file_are_those_of_the_page(client: Client) -> None:
    own = {row["party"]: row for row in rows(client, "claims") if row["said_by"] == "itself"}
    for line in client.get("/compliance/").context["figures"].own_claims:
        told = own[line.party.name]
        assert [int(told[name]) for name in ("claims", "above", "agree", "below")] == [
            line.claimed.n,
            line.above.n,
            line.agree.n,
            line.below.n,
        ]


def test_days_late_are_those_of_the_api(client: Client) -> None:
    api = {
        (row["obligation"]["code"], row["party"]["name"]): row["days_late"]
        for row in client.get("/api/v1/commitments/?timeliness=overdue").json()["results"]
    }
    late = {(row["obligation"], row["party"]): int(row["days_late"]) for row in rows(client, "late")}
    assert late == api
    assert late


def test_a_viewer_has_the_tier_of_the_viewer_in_every_file(client: Client) -> None:
    before = {name: (file(client, name, "svg"), file(client, name, "csv")) for name in CHARTS}
    make.finding(owed("OPEN", "beta"), 3, tier=Tier.MEDIATORS, effective_on=NOW.date())
    assert {name: (file(client, name, "svg"), file(client, name, "csv")) for name in CHARTS} == before
    mediator = signed_in(make.mediator())
    assert file(mediator, "levels", "csv") != before["levels"][1]
    assert b"Counted in what you may see" in file(mediator, "levels", "svg")


def test_what_others_embed_is_what_everybody_sees_whoever_looks() -> None:
    make.finding(owed("OPEN", "beta"), 3, tier=Tier.MEDIATORS, effective_on=NOW.date())
    mediator = signed_in(make.mediator())
    answer = mediator.get("/compliance/charts/levels/embed/")
    assert answer.content == Client().get("/compliance/charts/levels/embed/").content
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    page = mediator.get("/compliance/charts/levels/")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_where_nothing_is_public_nothing_is_embedded(client: Client, settings: Settings) -> None:
    settings.PUBLIC_READING = False
    assert client.get("/compliance/charts/levels/embed/").status_code == 404


def test_a_file_is_the_same_until_something_changes(client: Client) -> None:
    first = client.get("/compliance/charts/levels.svg")
    same = client.get("/compliance/charts/levels.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304
    make.finding(owed("OPEN", "beta"), 3, effective_on=NOW.date())
    assert client.get("/compliance/charts/levels.svg").headers["ETag"] != first.headers["ETag"]


def test_what_there_is_not_is_not_found_and_a_wrong_day_is_told(client: Client) -> None:
    for address in ("nothing/", "nothing.svg", "levels.pdf", "nothing/embed/"):
        assert client.get(f"/compliance/charts/{address}").status_code == 404
    for address in ("levels/", "levels.svg", "levels/embed/"):
        answer = client.get(f"/compliance/charts/{address}?as_of=soon")
        assert answer.status_code == 400
        assert "Give a day as YYYY-MM-DD." in answer.content.decode()


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Complete 3", ["Complete 3"]),
        ("U potpunosti sprovedeno 12", ["U potpunosti", "sprovedeno 12"]),
        ("Im Gange, zum grossen Teil 7", ["Im Gange, zum", "grossen Teil 7"]),
        ("Unterschiedlichkeit 7", ["Unterschiedlichkeit 7"]),
    ],
)
def test_a_long_label_breaks_in_two_and_its_number_stays_with_its_last_word(
    label: str, lines: list[str]
) -> None:
    assert lines_of(label) == lines


@pytest.mark.parametrize("name", ["articles", "periods"])
def test_a_long_label_of_a_row_is_whole_in_as_many_lines_as_it_needs(name: str, client: Client) -> None:
    long = "Keep what was agreed on the crossing points, and say of each by which day it is so"
    Obligation.objects.update(title=long)
    Provision.objects.update(heading=long)
    written = re.findall(r' y="([\d.]+)">([^<]+)</text>', file(client, name, "svg").decode())
    labels = [(float(y), text) for y, text in written if text.split()[-1] in long]
    assert long in " ".join(text for _y, text in labels)
    assert all(below - above >= 14 for (above, _text), (below, _next) in pairwise(labels))


@pytest.mark.parametrize("panel", [*MIDDLE, ALONE])
@pytest.mark.parametrize("words", ["7", "1,323", "123,456"])
def test_the_longest_bar_leaves_room_for_its_number(panel: Panel, words: str) -> None:
    end = panel.at(panel.most(words)) + panel.outwards * (GAP + DIGIT * len(words))
    assert -0.01 <= end <= 100.01
    assert panel.most(words) > 0.3


def test_no_date_of_what_is_late_stands_across_a_bar_however_long_it_is(client: Client) -> None:
    html = client.get("/compliance/charts/late/").content.decode()
    dates = [float(y) for y in re.findall(r'y="([\d.]+)">\d+ \w+ \d{4}</text>', html)]
    bars = {float(y) for y in re.findall(r'class="late-bar"[^>]* y1="([\d.]+)"', html)}
    high, half = 9, 6  # pixels: letters above their line, and a bar on either side of its own
    assert dates
    for date_at in dates:
        assert not any(date_at - high < bar + half and bar - half < date_at for bar in bars), (date_at, bars)
