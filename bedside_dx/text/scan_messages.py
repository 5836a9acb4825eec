"""Sentences of scans: why one is refused, and what should be known of one that is not."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

SCAN_MESSAGES: dict[str, Message] = {
    "scan.not-found": Message(
        mark("There is no file or folder {file}."),
        mark("Check the path and that the disk is connected."),
    ),
    "scan.no-access": Message(
        mark("{file} may not be read."), mark("Ask for the right to read it.")
    ),
    "scan.gone": Message(
        mark("{file} can't be read any more."),
        mark("Check that its disk is connected, and open it again."),
    ),
    "scan.replaced": Message(
        mark("Another image lies where {file} was. It is not shown in its place."),
        mark("If a disc or folder was changed, open it again."),
    ),
    "scan.empty": Message(
        mark("{file} is empty."), mark("Copy it again from the sender; the copy was cut short.")
    ),
    "scan.not-dicom": Message(
        mark("{file} is no DICOM file."), mark("Scans: a DICOM file, folder, zip or DICOMDIR.")
    ),
    "scan.cut-short": Message(
        mark("{file} ends before its content does. Nothing of it is used."),
        mark("Copy it again from the sender; the copy was cut short."),
    ),
    "scan.damaged": Message(
        mark("{file} is damaged and can't be read."),
        mark("Copy it again from the sender, or export it again."),
    ),
    "scan.too-deep": Message(
        mark("{file} nests its content deeper than any real scan. It was not read."),
        mark("Ask the sender where it comes from."),
    ),
    "scan.inflates": Message(
        mark("{file} would fill the memory when unpacked. It was not read."),
        mark("Ask the sender where it comes from."),
    ),
    "scan.sizes-lie": Message(
        mark("{file} does not hold as many pixels as it says."),
        mark("Export it again from the scanner or archive."),
    ),
    "scan.too-large": Message(
        mark(
            "{file} says an image has {width:count} × {height:count} px: more than can be opened."
        ),
        mark("Export it again from the scanner or archive."),
    ),
    "scan.no-decoder": Message(
        mark("{file} is encoded in a way that is not read here: {syntax}."),
        mark("Export it uncompressed, or as JPEG 2000 or JPEG-LS."),
    ),
    "scan.undecodable": Message(
        mark("The pixels of {file} can't be decoded ({syntax})."),
        mark("Copy it again from the sender, or export it again."),
    ),
    "scan.crashed": Message(
        mark("Reading {file} failed so badly that it was stopped. Nothing else was affected."),
        mark("Copy it again from the sender, or export it again."),
    ),
    "scan.too-slow": Message(
        mark("{file} was not read within {seconds:count} s."),
        mark("Copy it to a local disk and try again."),
    ),
    "scan.no-memory": Message(
        mark("{file} asked for more memory than it may have. It was not read."),
        mark("Export it again from the scanner or archive."),
    ),
    "scan.none-readable": Message(
        mark("None of the {files:count} DICOM files of {file} can be read."),
        mark("Open one of them to see why, or copy the folder again."),
    ),
    "scan.none-listed": Message(
        mark("{file} lists files ({files:count}), and none of them is there."),
        mark("Copy the whole disc or folder again: a DICOMDIR is only its list."),
    ),
    "scan.no-dicom": Message(
        mark("{file} holds no DICOM file."), mark("Choose the folder that holds the scan.")
    ),
    "scan.outside": Message(
        mark("{file} lists files outside its own folder. It was not followed."),
        mark("Ask the sender where it comes from."),
    ),
    "scan.encrypted": Message(
        mark("{file} is locked with a password."), mark("Unpack it first, and open the folder.")
    ),
    "scan.too-many-files": Message(
        mark("{file} holds more than {most:count} files."), mark("Open the folder of one study.")
    ),
    "scan.no-volume": Message(
        mark("The images of {file} do not stack into a volume."),
        mark("They are uneven, coloured, or do not say where they lie. Look at them one by one."),
    ),
    "scan.other-frame": Message(
        mark(
            "{file} was drawn in other patient coordinates than this "
            "series. It is not laid over it."
        ),
        mark("Open it with the series that it was drawn on."),
    ),
    "marks-file.unreadable": Message(
        mark("The measures kept in {file} can't be read: {detail}. None of them is shown."),
        mark("The file stays as it is; new measures are kept beside it."),
    ),
    "marks-file.other": Message(
        mark("The measures in {file} are of another patient or study. None of them is shown."),
        mark("The file stays as it is; new measures are kept beside it."),
    ),
    "measure.no-spacing": Message(
        mark("{file} does not say how large its pixels are. Nothing was measured."),
        mark("Measure it where it was taken, or export it again with its scale."),
    ),
    "measure.no-day": Message(
        mark(
            "An examination does not say on which day it was made. "
            "Nothing was added up or handed over."
        ),
        mark("Type the sizes and the day on the disease page."),
    ),
    "measure.no-name": Message(
        mark("A lesion has no name. Nothing was added up or handed over."),
        mark("Name it as at the other visits."),
    ),
    "measure.no-short-axis": Message(
        mark(
            "The short axis of the node {lesion} was not drawn. "
            "Nothing was added up or handed over."
        ),
        mark("Draw a second line across the first one."),
    ),
    "measure.axes-swapped": Message(
        mark(
            "The short axis of {lesion} is longer than its long axis. "
            "Nothing was added up or handed over."
        ),
        mark("Draw the long axis along the longest diameter."),
    ),
    "measure.twice": Message(
        mark(
            "Two lesions of one examination are called {lesion}. "
            "Nothing was added up or handed over."
        ),
        mark("Give each lesion a name of its own."),
    ),
    "measure.changed": Message(
        mark(
            "{lesion} is a node or a target at one visit and not at another. "
            "Nothing was added up or handed over."
        ),
        mark("Choose the same at each visit."),
    ),
    "scan.conflict": Message(
        mark("{file} and another file claim to be the same image and differ. Neither is used."),
        mark("Ask the archive which of them is right."),
    ),
    "scan.other-patient": Message(
        mark("{file} belongs to another patient than was stated. Nothing was analysed."),
        mark("Check the patient's number and the folder."),
    ),
    "scan.no-images": Message(
        mark("{file} holds no images."), mark("Choose the folder that holds the scan.")
    ),
    "scan.patch-model": Message(
        mark("The model {model} reads slides, not scans."),
        mark("Choose a model for scans: bedside-dx models list."),
    ),
    "marks.no-volume": Message(
        mark("{file} holds no series of {modality} whose images stack into a volume."),
        mark("Choose the folder of such a series, with all its slices."),
    ),
    "marks.too-coarse": Message(
        mark(
            "The images of {file} lie {found:decimal} mm apart; the model takes up to "
            "{most:decimal} mm."
        ),
        mark("Choose a series with thinner slices."),
    ),
    "marks.no-verdict": Message(
        mark("The model {model} marks and measures; it has no use for a spacing or a disease."),
        mark("Leave out --spacing and --disease."),
    ),
    "scan.several-patients": Message(
        mark("The files belong to {patients:count} patients."),
        mark("Put each patient's files into a folder of their own."),
    ),
    "scan.other-names": Message(
        mark("One patient's number stands with different names: check whose images they are.")
    ),
    "scan.copies": Message(mark("Exact copies, left out: {files:count}")),
    "scan.listed-missing": Message(mark("Files that are listed and missing: {files:count}")),
    "scan.mixed-frames-of-reference": Message(
        mark(
            "Its images have several coordinate systems: parts are kept "
            "apart, nothing is laid over them."
        )
    ),
    "scan.no-places": Message(
        mark(
            "Its images do not say where they lie: they are in the "
            "scanner's order, and not measured across."
        )
    ),
    "scan.same-place": Message(mark("Images at the same place as another: {images:count}")),
    "scan.gaps": Message(mark("Missing slices: {slices:count}")),
    "scan.uneven": Message(
        mark("The distance between slices varies from {least:decimal} to {most:decimal} mm.")
    ),
    "scan.aside": Message(
        mark(
            "Images that lie beside the others: {images:count}. They are shown as scanned, "
            "and not cut across."
        )
    ),
    "scan.tilted": Message(mark("Its images are stacked at a slant (tilted gantry).")),
    "scan.burned-in": Message(
        mark("The patient's name may be written in its pixels: the file says so.")
    ),
    "scan.may-be-burned-in": Message(
        mark("The patient's name may be written in its pixels: such images often have it.")
    ),
    "scan.bad-date": Message(mark("A date in its files is no date.")),
    "scan.bad-charset": Message(
        mark("Its files name an unknown character set: names may be wrong.")
    ),
    "scan.lossy": Message(mark("It was compressed with loss.")),
}
