"""Every kind of file opens by its content and gives the pixels that were put in."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.uid import MRImageStorage, generate_uid

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.results import Image as Pixels
from bedside_dx.imaging.slide import Slide, open_slide
from tests.dicom_slides import write_instance, write_slide_folder
from tests.slides import he_like, write_slide, write_svs

WIDTH, HEIGHT = 700, 500
LOSSY = 6.0  # mean difference that JPEG at quality 90 leaves in this texture


@pytest.fixture(scope="module")
def image() -> Pixels:
    return he_like(WIDTH, HEIGHT, seed=3)


def whole(slide: Slide) -> Pixels:
    return slide.read(RegionPx(0, 0, slide.size.width, slide.size.height), slide.size)


def difference(a: Pixels, b: Pixels) -> float:
    return float(np.abs(a.astype(int) - b).mean())


def save(path: Path, image: Pixels, **options: object) -> Path:
    Image.fromarray(image).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "kind", "limit"),
    [
        ("a.svs", "aperio", LOSSY),
        ("a.tif", "generic-tiff", LOSSY),
        ("raw.tif", "generic-tiff", 0.0),
        ("plain.tif", "tiff", 0.0),
        ("lzw.tif", "tiff", 0.0),
        ("a.png", "png", 0.0),
        ("a.jpg", "jpeg", LOSSY),
        ("dicom", "dicom", LOSSY),
    ],
)
def test_pixels_come_back(
    tmp_path: Path, image: Pixels, name: str, kind: str, limit: float
) -> None:
    path = tmp_path / name
    match name:
        case "a.svs":
            write_svs(path, image)
        case "a.tif":
            write_slide(path, image)
        case "raw.tif":
            write_slide(path, image, quality=None)
        case "lzw.tif":
            save(path, image, compression="tiff_lzw")
        case "a.jpg":
            save(path, image, quality=90)
        case "dicom":
            write_slide_folder(path, image)
        case _:
            save(path, image)
    with open_slide(path) as slide:
        assert slide.format == kind
        assert slide.size == SizePx(WIDTH, HEIGHT)
        pixels = whole(slide)
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert pixels.dtype == np.uint8
    assert difference(pixels, image) <= limit


def test_the_name_does_not_matter(tmp_path: Path, image: Pixels) -> None:
    png = save(tmp_path / "slide.png", image)
    with open_slide(png.rename(tmp_path / "scan.svs")) as slide:
        assert slide.format == "png"


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "CMYK", "I;16"])
def test_other_colour_modes_become_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    ramp = np.tile(np.arange(0, 256, 4, np.uint8), (64, 1))
    if mode == "I;16":
        Image.fromarray(ramp.astype(np.uint16) * 257).save(path)
    else:
        Image.fromarray(ramp).convert("RGB").convert(mode).save(path)
    with open_slide(path) as slide:
        pixels = whole(slide)
    assert pixels.shape == (64, 64, 3)
    assert pixels[:, 0].max() < 10
    assert pixels[:, -1].min() > 240


def test_transparent_pixels_are_white(tmp_path: Path, image: Pixels) -> None:
    layer = np.dstack([image, np.full((HEIGHT, WIDTH), 255, np.uint8)])
    layer[:100, :, 3] = 0
    with open_slide(save(tmp_path / "a.png", layer)) as slide:
        pixels = whole(slide)
    assert (pixels[:100] == 255).all()
    assert np.array_equal(pixels[100:], image[100:])


def test_a_photograph_is_turned_upright(tmp_path: Path, image: Pixels) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    with open_slide(save(tmp_path / "a.jpg", image, exif=exif)) as slide:
        assert slide.size == SizePx(HEIGHT, WIDTH)


def test_sparse_tiles_are_white(tmp_path: Path, image: Pixels) -> None:
    """An Aperio tile of no bytes was never scanned: glass, not black tissue."""
    path = write_svs(tmp_path / "a.svs", image, downsamples=(1,))
    blank_tile(path, index=0)
    with open_slide(path) as slide:
        assert (slide.read(RegionPx(0, 0, 240, 240), SizePx(240, 240)) == 255).all()
        assert slide.read(RegionPx(240, 0, 240, 240), SizePx(240, 240)).mean() < 254


def blank_tile(path: Path, index: int) -> None:
    """Give a tile no bytes; the table of byte counts is the one that sums to the tiles' bytes."""
    import tifffile

    with tifffile.TiffFile(path) as tiff:
        tag = tiff.pages[0].tags["TileByteCounts"]
        place = tag.valueoffset + index * 8
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes(8))


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("tile", [None, (64, 64)])
@pytest.mark.parametrize("shape", [(128, 128), (128, 128, 3)])
def test_a_tiff_of_measured_values_is_unsupported_not_damaged(
    tmp_path: Path, kind: str, tile: tuple[int, int] | None, shape: tuple[int, ...]
) -> None:
    import tifffile

    path = tmp_path / "a.tif"
    photometric = "rgb" if len(shape) == 3 else "minisblack"
    tifffile.imwrite(path, np.zeros(shape, kind), tile=tile, photometric=photometric)
    assert refusal(path) == "slide.unsupported"


def test_a_page_of_floats_behind_the_picture_is_no_matter(tmp_path: Path, image: Pixels) -> None:
    import tifffile

    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(image, photometric="rgb")
        tiff.write(np.zeros((16, 16), np.float32))
    with open_slide(path, probe=False) as slide:
        assert slide.size == SizePx(WIDTH, HEIGHT)


def refusal(path: Path) -> str:
    with pytest.raises(SlideError) as caught:
        open_slide(path, probe=False)
    return caught.value.code


class TestDicomFolders:
    """What lies beside a DICOM file belongs to it, or makes it doubtful whose it is."""

    def test_a_file_brings_its_siblings(self, tmp_path: Path, image: Pixels) -> None:
        folder = write_slide_folder(tmp_path / "slide", image, patient_id="P1")
        with open_slide(folder) as whole_folder, open_slide(folder / "level-4.dcm") as one_file:
            assert whole_folder.downsamples == one_file.downsamples
            assert len(one_file.downsamples) == 2
            assert whole_folder.facts().fingerprint == one_file.facts().fingerprint

    def test_a_missing_level_is_read_from_the_finer_one(
        self, tmp_path: Path, image: Pixels
    ) -> None:
        folder = write_slide_folder(tmp_path / "slide", image, downsamples=(1, 2, 4))
        region, size = RegionPx(0, 0, 640, 480), SizePx(160, 120)
        with open_slide(folder) as slide:
            before = slide.read(region, size)
        (folder / "level-4.dcm").unlink()
        with open_slide(folder) as slide:
            assert len(slide.downsamples) == 2
            assert difference(slide.read(region, size), before) < LOSSY

    def test_two_patients_side_by_side_are_refused(self, tmp_path: Path, image: Pixels) -> None:
        folder = write_slide_folder(tmp_path / "slide", image, downsamples=(1,), patient_id="P1")
        other = folder / "other.dcm"
        write_instance(other, image, series=generate_uid(), patient_id="P2")
        for path in (folder, folder / "level-1.dcm", other):
            with pytest.raises(SlideError) as caught:
                open_slide(path)
            assert caught.value.code == "slide.two-patients"

    def test_patients_without_number_differ_by_name(self, tmp_path: Path, image: Pixels) -> None:
        for name in ("Doe^Jane", "Roe^Ann"):
            path = tmp_path / f"{name[0]}.dcm"
            write_instance(path, image, series=generate_uid(), patient_name=name)
        with pytest.raises(SlideError) as caught:
            open_slide(tmp_path)
        assert caught.value.code == "slide.two-patients"

    def test_two_slides_of_one_patient_are_not_mixed(self, tmp_path: Path, image: Pixels) -> None:
        for name in ("a.dcm", "b.dcm"):
            write_instance(tmp_path / name, image, series=generate_uid(), patient_id="P1")
        with pytest.raises(SlideError) as caught:
            open_slide(tmp_path)
        assert caught.value.code == "slide.several-slides"
        with open_slide(tmp_path / "a.dcm") as slide:
            assert slide.size == SizePx(WIDTH, HEIGHT)

    def test_another_kind_of_image_is_named_as_such_whoever_lies_beside_it(
        self, tmp_path: Path, image: Pixels
    ) -> None:
        folder = write_slide_folder(tmp_path / "mixed", image, downsamples=(1,), patient_id="P1")
        scan = folder / "mr.dcm"
        write_instance(scan, image, series=generate_uid(), patient_id="P2")
        data = dcmread(scan)
        data.SOPClassUID = MRImageStorage
        data.file_meta["MediaStorageSOPClassUID"].value = MRImageStorage
        data.save_as(scan)
        assert refusal(scan) == "slide.not-a-slide"
        assert refusal(folder / "level-1.dcm") == "slide.two-patients"
        (folder / "level-1.dcm").unlink()
        assert refusal(folder) == "slide.no-slide-in-folder"

    def test_a_folder_without_slides_is_unsupported(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("no slide")
        with pytest.raises(SlideError) as caught:
            open_slide(tmp_path)
        assert caught.value.code == "slide.unsupported"


@pytest.mark.parametrize(
    ("name", "kind", "size"),
    [
        ("CMU-1-Small-Region.svs", "aperio", SizePx(2220, 2967)),
        ("colon-polyp-section.tif", "generic-tiff", SizePx(10240, 15872)),
        ("multi_frame_jpeg_camelyon_challenge_image.dcm", "dicom", SizePx(1152, 700)),
        ("multi_frame_jpeg2000_camelyon_challenge_image.dcm", "dicom", SizePx(1696, 812)),
    ],
)
def test_real_slides(shared: Path, name: str, kind: str, size: SizePx) -> None:
    with open_slide(shared / "data" / "slides" / name) as slide:
        assert (slide.format, slide.size) == (kind, size)
        overview = slide.read(RegionPx(0, 0, size.width, size.height), SizePx(300, 300))
        last = slide.read(RegionPx(size.width - 64, size.height - 64, 64, 64), SizePx(64, 64))
    assert overview.std() > 10  # tissue and glass, not one colour
    assert last.shape == (64, 64, 3)


def test_label_and_macro_are_readable_and_stay_out_of_the_facts(shared: Path) -> None:
    with open_slide(shared / "data" / "slides" / "CMU-1-Small-Region.svs") as slide:
        assert set(slide.associated) == {"label", "macro", "thumbnail"}
        assert slide.read_associated("label").shape == (463, 387, 3)
        with pytest.raises(KeyError):
            slide.read_associated("none")
        assert not {"label", "associated"} & set(slide.facts().__dataclass_fields__)


def test_a_jpeg_that_lies_about_its_kind_is_still_read(tmp_path: Path, image: Pixels) -> None:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG")
    path = tmp_path / "a.dcm"
    path.write_bytes(buffer.getvalue())
    with open_slide(path) as slide:
        assert slide.format == "jpeg"
