"""A pack in a ZIP archive: what is in it is read, and nothing else of it is believed."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest

from agreement.packs import archive
from agreement.packs.archive import installed, read_archive, read_installed
from agreement.packs.source import PackError
from tests.packs.small import SMALL


def zipped(*files: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files:
            made.writestr(name, content)
    return out.getvalue()


def problems(data: bytes) -> list[str]:
    with pytest.raises(PackError) as refused:
        read_archive(data)
    return [str(one) for one in refused.value.problems]


@pytest.mark.parametrize("folder", ["", "river/"])
def test_a_pack_is_read_from_the_top_or_from_one_folder(folder: str) -> None:
    data = zipped((f"{folder}pack.yaml", SMALL), ("notes/read me.txt", "Nothing to do with it."))
    assert read_archive(data).agreement.code == "river-2020"


def test_mistakes_name_the_file_and_the_line_as_the_archive_has_them() -> None:
    (told,) = problems(zipped(("river/pack.yaml", SMALL.replace("due_soon_days: 30", "due_soon_days: soon"))))
    assert told.startswith("pack.yaml:9: agreement.due_soon_days")


@pytest.mark.parametrize(
    "name", ["../pack.yaml", "/etc/pack.yaml", "a/../../pack.yaml", "..\\pack.yaml", "C:pack.yaml"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    assert any("leads out of the archive" in one for one in problems(zipped((name, SMALL))))


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo("pack.yaml")
    link.external_attr = 0o120777 << 16
    assert any("is a link" in one for one in problems(zipped((link, "/etc/passwd"))))


@pytest.mark.parametrize("longest", [archive.LONGEST_NAME, 10_000])
def test_no_refusal_names_a_folder_of_the_server(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LONGEST_NAME", longest)
    told = problems(zipped(("pack.yaml", SMALL), (f"{'a' * 300}.yaml", "")))
    assert told
    assert not any(tempfile.gettempdir() in one for one in told)


def test_what_unpacks_to_too_much_is_refused_before_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 10_000)
    data = zipped(("pack.yaml", SMALL), ("more.yaml", b"a" * 100_000))
    assert len(data) < 10_000
    assert any("unpacks to more than" in one for one in problems(data))


def test_too_many_files_too_large_an_archive_and_what_is_none_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = zipped(*((f"{n}.yaml", "") for n in range(archive.MAX_ENTRIES + 1)))
    assert any("holds more than" in one for one in problems(many))
    assert any("is no ZIP archive" in one for one in problems(b"not at all"))
    assert any("is no ZIP archive" in one for one in problems(zipped(("pack.yaml", SMALL))[:-30]))
    monkeypatch.setattr(archive, "MAX_ARCHIVE", 10)
    assert any("is larger than" in one for one in problems(zipped(("pack.yaml", SMALL))))


def damaged(at: int, by: bytes) -> bytes:
    """A good archive with other bytes at a place of the head of its list of files."""
    good = bytearray(zipped(("pack.yaml", SMALL)))
    place = good.rfind(b"PK\x05\x06") + at
    good[place : place + len(by)] = by
    return bytes(good)


def test_a_damaged_archive_is_refused_and_breaks_nothing() -> None:
    names_no_utf_8 = zipped(("p\u00e4ck.yaml", "")).replace("\u00e4".encode(), b"\xff\xfe")
    for data in (damaged(16, b"\xff\xff\xff\x7f"), names_no_utf_8):
        assert any("is no ZIP archive that can be read" in one for one in problems(data))


def test_what_costs_memory_to_unpack_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("pack.yaml", SMALL)
    assert any("compressed in an unusual way" in one for one in problems(out.getvalue()))


def test_it_holds_one_pack() -> None:
    assert any("holds none" in one for one in problems(zipped(("other.yaml", SMALL))))
    two = zipped(("a/pack.yaml", SMALL), ("b/pack.yaml", SMALL))
    assert any("holds 2" in one for one in problems(two))


def test_packs_that_came_with_the_program_are_read_by_name_and_no_others(tmp_path: Path) -> None:
    assert "ohrid-2023" in installed()
    assert read_installed("ohrid-2023").agreement.code == "ohrid-2023"
    for name in ("../packs/ohrid-2023", str(tmp_path), "", "model"):
        with pytest.raises(PackError):
            read_installed(name)
