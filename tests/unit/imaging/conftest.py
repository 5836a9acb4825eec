"""One reader of scans for the tests of a file: its worker is started once."""

import pytest

from bedside_dx.imaging.dicom.reading import ScanReader


@pytest.fixture(scope="module")
def reader():
    with ScanReader() as reader:
        yield reader
