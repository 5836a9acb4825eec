"""Sentences that are looked up by code: errors with their way out, reasons, next steps.

Errors say what happened and what was kept (`text`), then what to do (`hint`).
Placeholders are the values that the error or reason carries, plus ``{file}``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence and, for errors, the way out."""

    text: str
    hint: str = ""


def mark(sentence: str) -> str:
    """Declare a sentence for the catalogue; it is translated where it is shown."""
    return sentence


MESSAGES: dict[str, Message] = {
    # --- slides and images -------------------------------------------------------------
    "slide.not-found": Message(
        mark("There is no file {file}."), mark("Check the path and that the disk is connected.")
    ),
    "slide.empty": Message(
        mark("{file} is empty."), mark("Copy it again from the scanner; the copy was cut short.")
    ),
    "slide.unsupported": Message(
        mark("{file} is not a slide or image that can be read here."),
        mark("Slides: any OpenSlide format or DICOM. Images: TIFF, PNG or JPEG."),
    ),
    "slide.damaged": Message(
        mark("{file} is damaged and can't be read."),
        mark("Copy it again from the scanner, or scan the slide again."),
    ),
    "slide.unreadable-region": Message(
        mark("A region of {file} can't be decoded."),
        mark("It is counted as unreadable area. Copy the file again from the scanner."),
    ),
    "slide.too-large": Message(
        mark("{file} says it is {width:count} × {height:count} px: more than can be opened."),
        mark("The file is damaged, or it needs to be saved as a tiled pyramid."),
    ),
    "slide.changed": Message(
        mark("{file} was changed while it was read. No result was kept."),
        mark("Wait until the copy is complete, then start again."),
    ),
    "slide.opening-crashed": Message(
        mark("Reading {file} failed so badly that it was stopped. Nothing else was affected."),
        mark("The file is damaged. Copy it again from the scanner."),
    ),
    "slide.opening-too-slow": Message(
        mark("{file} did not open within {seconds:count} s."),
        mark("Copy it to a local disk and try again."),
    ),
    "slide.no-scale": Message(
        mark("This file does not say its scale: {file}."),
        mark(
            "Enter µm per pixel (--spacing on the command line), or read it from the scanner's"
            " sheet. It is never guessed."
        ),
    ),
    "slide.absurd-scale": Message(
        mark("The scale of {file} can't be right: {um_per_px:scale} µm per pixel ({source})."),
        mark("Enter the true µm per pixel (--spacing on the command line)."),
    ),
    "slide.scale-contradicts": Message(
        mark("{file} says {stated:scale} µm per pixel, {entered:scale} was entered."),
        mark(
            "Leave the scale out to use the file's. If the scanner's sheet proves the file"
            " wrong, export the slide without its scale and enter it for that copy."
        ),
    ),
    "slide.too-coarse": Message(
        mark(
            "{file} has {um_per_px:scale} µm per pixel; the model {model} needs"
            " {needed:scale} or finer."
        ),
        mark(
            "If it is an overview, open the full-resolution level. Else scan the slide at a"
            " higher magnification, or choose another model."
        ),
    ),
    "slide.uneven-scale": Message(
        mark("{file} says its pixels are not square: {x:scale} × {y:scale} µm."),
        mark("Enter the true µm per pixel (--spacing on the command line)."),
    ),
    "slide.bad-profile": Message(
        mark("The colour profile in {file} can't be used."), mark("Open it without the profile.")
    ),
    "slide.no-access": Message(
        mark("{file} may not be read."), mark("Ask for the right to read it.")
    ),
    "slide.several-slides": Message(
        mark("The folder {file} holds {slides:count} slides."),
        mark("Open one of its files instead."),
    ),
    "slide.not-a-slide": Message(
        mark("{file} is a DICOM image, but not a slide."),
        mark("Export the image as PNG and open that with a model for whole images."),
    ),
    "slide.no-slide-in-folder": Message(
        mark("The folder {file} holds DICOM images, but no slide."),
        mark("Export one image as PNG and open that with a model for whole images."),
    ),
    "slide.two-patients": Message(
        mark("The DICOM files beside {file} belong to more than one patient."),
        mark("Put each patient's files into a folder of their own."),
    ),
    # --- models ------------------------------------------------------------------------
    "model.not-found": Message(
        mark("There is no model called {name}."), mark("Installed models: {installed}.")
    ),
    "model.none-installed": Message(
        mark("No model is installed."),
        mark("Install the program again: it comes with its models."),
    ),
    "model.choose": Message(
        mark("Which model? The organ is never guessed."),
        mark("Choose one with --model: {installed}."),
    ),
    "model.damaged": Message(
        mark("The model package {name} is damaged: {detail}."),
        mark("Install the package again. It was not used."),
    ),
    "model.golden-mismatch": Message(
        mark("The model {name} does not give its reference results on this machine."),
        mark("Do not use it here; run bedside-dx doctor and report what it says."),
    ),
    "model.provider-unavailable": Message(
        mark("{provider} was asked for, but this machine can only run on: {available}."),
        mark("Choose --provider cpu, or install the driver for the graphics card."),
    ),
    "model.wrong-input": Message(
        mark("The model {name} reads {expected}; {file} is something else."),
        mark("Choose a model made for this kind of image."),
    ),
    "inference.failed": Message(
        mark("The model {name} failed: {detail}."), mark("Run bedside-dx doctor.")
    ),
    "inference.not-finite": Message(
        mark("The model {name} gave no usable number. No result was made of it."),
        mark("Run bedside-dx doctor."),
    ),
    # --- results and files -------------------------------------------------------------
    "report.no-folder": Message(
        mark("Nothing can be written to {folder}: {detail}. Nothing was started."),
        mark("Choose another folder for the results."),
    ),
    "report.not-written": Message(
        mark("{file} could not be written: {detail}. Earlier files were left as they were."),
        mark("Check the free space and the rights of the folder, then save again."),
    ),
    "report.unreadable": Message(
        mark("{file} is no report that can be read here: {detail}."),
        mark("Save the report again from its case."),
    ),
    "index.not-found": Message(mark("There is no table {file}."), mark("Check the path.")),
    "index.not-a-table": Message(
        mark("{file} is not a table in CSV format."),
        mark("Save it as CSV with the columns path and label; spacing_um and group are optional."),
    ),
    "index.no-columns": Message(
        mark("The table {file} lacks these columns: {columns}."),
        mark("Save it as CSV with the columns path and label; spacing_um and group are optional."),
    ),
    "index.no-rows": Message(
        mark("The table {file} has no rows."), mark("Write one row for each image.")
    ),
    "index.no-path": Message(
        mark("{file}, line {line:count}: the path is missing."),
        mark("Write the image's path, relative to the table's folder."),
    ),
    "index.unknown-label": Message(
        mark("{file}, line {line:count}: the model has no class “{label}”."),
        mark("Its classes: {known}."),
    ),
    "index.bad-spacing": Message(
        mark("{file}, line {line:count}: “{value}” is no spacing in µm per pixel."),
        mark("Write a number from 0.05 to 10, or leave it empty."),
    ),
    "index.none-readable": Message(
        mark("None of the images that {file} lists can be read. First: {first}"),
        mark("Paths are relative to the table's folder."),
    ),
    "settings.bad": Message(mark("{name} can't be {value}."), mark("Allowed: {allowed}.")),
    # --- self-check --------------------------------------------------------------------
    "check.openslide": Message(
        mark("OpenSlide {version} (from {floor} on)"), mark("Install the program again.")
    ),
    "check.codecs": Message(mark("Image decoders: {versions}")),
    "check.codecs-missing": Message(
        mark("Image decoders are missing: {missing}."), mark("Install the program again.")
    ),
    "check.decoding": Message(mark("Known pictures are read back as they were written")),
    "check.decoding-wrong": Message(
        mark("Known pictures are not read back as they were written: {kinds}."),
        mark("Do not use this machine for slides; install the program again."),
    ),
    "check.worker": Message(mark("Files that may be broken are opened in a process of their own")),
    "check.worker-missing": Message(
        mark("The process for files that may be broken does not start."),
        mark("See whether a security tool on this machine stops it."),
    ),
    "check.library": Message(mark("{name} {version} (allowed: {allowed})")),
    "check.library-wrong": Message(
        mark("{name} {version} must not be used (allowed: {allowed})."),
        mark("Install the program again."),
    ),
    "check.library-missing": Message(
        mark("{name} is not installed (allowed: {allowed})."), mark("Install the program again.")
    ),
    "check.providers": Message(mark("{engine} can run on: {available}")),
    "check.provider-missing": Message(
        mark("{engine} was asked to run on {provider}, but it can only run on: {available}."),
        mark("Choose --provider cpu, or install the driver for the graphics card."),
    ),
    "check.model": Message(
        mark(
            "Model {name} {version} gives its reference results on {provider} (largest difference"
            " {difference})"
        )
    ),
    "check.model-wrong": Message(
        mark(
            "Model {name} {version} does not give its reference results on {provider} (largest"
            " difference {difference})."
        ),
        mark("Do not use it on this machine."),
    ),
    "check.model-damaged": Message(
        mark("Model {name} can't be used: {detail}."), mark("Install it again.")
    ),
    "check.model-failed": Message(
        mark("Model {name} failed: {detail}."), mark("Do not use it on this machine.")
    ),
    "check.no-models": Message(
        mark("No model is installed."), mark("Install the program again: it comes with its models.")
    ),
    "check.disk": Message(
        mark("{free_gb:decimal} GB free in {folder}"),
        mark("Make room: reports need some, and a full disk loses them."),
    ),
    "check.fonts": Message(mark("The typefaces of reports are there")),
    "check.fonts-missing": Message(
        mark("Typefaces of reports are missing: {missing}."), mark("Install the program again.")
    ),
    "check.language": Message(mark("The words of language “{language}” are there")),
    "check.language-missing": Message(
        mark("The words of language “{language}” are missing."), mark("Install the program again.")
    ),
    "internal": Message(
        mark("Something went wrong inside the program: {detail}."),
        mark("Your files are untouched. Please report it with the log."),
    ),
    # --- reasons -----------------------------------------------------------------------
    "reason.image-class": Message(mark("The image as a whole looks like: {label}")),
    "reason.tumour-area": Message(
        mark("{label} on {share:percent} of the tissue that could be judged")
    ),
    "reason.no-tumour": Message(mark("No tumour in {patches:count} patches of readable tissue")),
    "reason.smallest-area": Message(mark("A tumour smaller than about {mm2:area} can be missed")),
    "reason.no-tumour-image": Message(mark("No tumour on this image")),
    "reason.unfamiliar-tissue": Message(
        mark("{share:percent} of this tissue differs from what the model has seen")
    ),
    "reason.unfamiliar-throughout": Message(
        mark("All of this tissue is at the edge of what the model has seen")
    ),
    "reason.unfamiliar-image": Message(mark("This image differs from what the model has seen")),
    "reason.low-confidence": Message(mark("The model hesitates between {first} and {second}")),
    "reason.no-tissue": Message(mark("No tissue found on this slide")),
    "reason.too-little-tissue": Message(
        mark("Too little readable tissue: {patches:count} patches")
    ),
    "reason.unreadable": Message(mark("{share:percent} of the tissue can't be read")),
    "reason.too-coarse": Message(mark("Its pixels are coarser than the model may be given")),
    "reason.blurred": Message(mark("{share:percent} of the tissue is out of focus")),
    "reason.artefact": Message(
        mark("{share:percent} of the tissue is too thick or too dark to show structure")
    ),
    "reason.ink": Message(mark("{share:percent} of the tissue is under ink")),
    "reason.fold": Message(mark("{share:percent} of the tissue is folded")),
    "reason.bubble": Message(mark("{share:percent} of the tissue is under air bubbles")),
    "reason.exposure": Message(mark("{share:percent} of the tissue is over- or underexposed")),
    "reason.debris": Message(mark("{share:percent} of what was found is dirt, not tissue")),
    "reason.scattered": Message(mark("{label} only in scattered single patches, no area of it")),
    "reason.not-complete": Message(mark("{share:percent} of the tissue was not read yet")),
    # --- next steps --------------------------------------------------------------------
    "next.pathologist": Message(mark("Pathologist's reading.")),
    "next.confirm-tumour": Message(mark("Pathologist's confirmation, then stage and biomarkers.")),
    "next.confirm-precursor": Message(
        mark("Pathologist's grading of the dysplasia and check of the margins.")
    ),
    "next.other-model": Message(
        mark("Pathologist's reading; choose a model made for this tissue if there is one.")
    ),
    "next.other-image-model": Message(
        mark("Radiologist's reading; choose a model made for this kind of image if there is one.")
    ),
    "next.rescan": Message(mark("Scan the slide again: parts of it can't be read.")),
    "next.refocus": Message(mark("Scan the slide again: out of focus.")),
    "next.clean-ink": Message(mark("Clean the ink off the slide and scan it again.")),
    "next.clean-glass": Message(mark("Clean the slide and scan it again.")),
    "next.recut": Message(mark("Cut a new section: the tissue is folded.")),
    "next.recut-thinner": Message(mark("Cut a thinner section, or stain it again.")),
    "next.remount": Message(mark("Mount a new cover glass, without air, and scan again.")),
    "next.expose": Message(mark("Scan the slide again with another exposure.")),
    "next.clinical": Message(mark("Not seen is not excluded: weigh it with the clinical picture.")),
    "next.radiologist": Message(mark("Radiologist's reading.")),
    "next.finish-reading": Message(mark("Let the analysis finish.")),
}
