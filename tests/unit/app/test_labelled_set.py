"""Tables of labelled images, as spreadsheets of two languages save them, and bad ones."""

import hashlib
from pathlib import Path

import pytest

from bedside_dx.app.labelled_set import read_index
from bedside_dx.core.errors import TableError

CLASSES = ("normal", "adenoma")


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "index.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_paths_are_relative_to_the_table_and_other_columns_are_ignored(tmp_path: Path) -> None:
    index = table(
        tmp_path,
        "split,label,note,path,spacing_um,group\n"
        "train,normal,x,a/1.png,0.5,patient 1\n"
        "test, adenoma ,y,/data/2.png,,\n",
    )
    first, second = read_index(index, CLASSES).images
    assert (first.path, first.name, first.label) == (tmp_path / "a/1.png", "a/1.png", "normal")
    assert (first.spacing_um, first.group) == (0.5, "patient 1")
    assert (second.path, second.label) == (Path("/data/2.png"), "adenoma")
    assert (second.spacing_um, second.group) == (None, "")


@pytest.mark.parametrize(
    "content",
    [
        "path,label,spacing_um\nlame é.png,normal,0.5\n",
        "path;label;spacing_um\r\nlame é.png;normal;0,5\r\n",
        "path\tlabel\tspacing_um\nlame é.png\tnormal\t0.5\n\n",
        "\ufeffpath;label;spacing_um\nlame é.png;normal;0,5",
        'path,label,spacing_um\n"lame é.png",normal,"0,5"\n',
        "path;label;spacing_um\r\nlame é.png;normal;0,5\r\n".encode("cp1252"),
    ],
    ids=["commas", "semicolons", "tabs", "mark", "quotes", "windows"],
)
def test_what_spreadsheets_save_will_do(tmp_path: Path, content: str | bytes) -> None:
    (row,) = read_index(table(tmp_path, content), CLASSES).images
    assert (row.name, row.label, row.spacing_um) == ("lame é.png", "normal", 0.5)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "index.no-columns"),
        ("file,class\na.png,normal\n", "index.no-columns"),
        ("path,class\na.png,normal\n", "index.no-columns"),
        ("path,label\n", "index.no-rows"),
        ("path,label\n,normal\n", "index.no-path"),
        ("path,label\na.png,carcinoma\n", "index.unknown-label"),
        ("path,label\na.png\n", "index.unknown-label"),
        ("path,label,spacing_um\na.png,normal,0\n", "index.bad-spacing"),
        ("path,label,spacing_um\na.png,normal,nan\n", "index.bad-spacing"),
        ("path,label,spacing_um\na.png,normal,20x\n", "index.bad-spacing"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "index.not-a-table"),
        ('path,label\n"' + "x" * 200_000 + "\n", "index.not-a-table"),
    ],
)
def test_a_bad_table_is_refused_with_its_fault(
    tmp_path: Path, content: str | bytes, code: str
) -> None:
    with pytest.raises(TableError) as caught:
        read_index(table(tmp_path, content), CLASSES)
    assert caught.value.code == code


def test_the_line_of_a_fault_is_named(tmp_path: Path) -> None:
    index = table(tmp_path, "path,label\na.png,normal\n\nb.png,carcinoma\n")
    with pytest.raises(TableError) as caught:
        read_index(index, CLASSES)
    assert caught.value.values == {"line": 4, "label": "carcinoma", "known": "normal, adenoma"}


def test_no_table_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "index.not-found"), (tmp_path, "index.not-a-table")):
        with pytest.raises(TableError) as caught:
            read_index(path, CLASSES)
        assert caught.value.code == code


def test_images_of_other_kinds_and_splitting_columns(tmp_path: Path) -> None:
    content = (
        "path,label,familiar,by_scanner,subgroup,by_,note\n"
        "1.png,normal,,A,x,y,z\n"
        "2.png,,no,B,,y,z\n"
        "3.png,carcinoma,Non,,x,y,z\n"
        "4.png,adenoma,YES,A,,,\n"
    )
    index = table(tmp_path, content)
    found = read_index(index, CLASSES)
    assert found.columns == ("by_scanner", "subgroup")
    assert [image.familiar for image in found.images] == [True, False, False, True]
    assert [image.label for image in found.images] == ["normal", "", "", "adenoma"]
    assert found.images[0].subgroups == {"by_scanner": "A", "subgroup": "x"}
    assert found.facts.rows == 4
    assert found.facts.file == "index.csv"
    assert found.facts.sha256 == hashlib.sha256(content.encode()).hexdigest()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("path,label,familiar\n1.png,normal,perhaps\n", "index.bad-familiar"),
        ("path,label,familiar\n1.png,,no\n2.png,,no\n", "index.none-familiar"),
        ("path,label,familiar\n1.png,,yes\n", "index.unknown-label"),
    ],
)
def test_what_is_wrong_with_other_kinds_is_named(tmp_path: Path, content: str, code: str) -> None:
    with pytest.raises(TableError, check=lambda e: e.code == code):
        read_index(table(tmp_path, content), CLASSES)
