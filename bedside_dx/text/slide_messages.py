"""Sentences about slides, images, tables of them and reports."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

SLIDE_MESSAGES: dict[str, Message] = {
    "slide.not-found": Message(
        mark("There is no file {file}."), mark("Check the path and that the disk is connected.")
    ),
    "slide.empty": Message(
        mark("{file} is empty."), mark("Copy it again from the scanner; the copy was cut short.")
    ),
    "slide.empty-folder": Message(
        mark("The folder {file} is empty."),
        mark("Choose the folder that holds the images, or copy them again from the sender."),
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
    "index.bad-familiar": Message(
        mark("{file}, line {line:count}: “{value}” in the column familiar is neither yes nor no."),
        mark("Write no for an image of another kind than the model's; it needs no label."),
    ),
    "index.none-familiar": Message(
        mark("All images that {file} lists are of another kind than the model's."),
        mark("Add labelled images of its own kind, or leave the column familiar out."),
    ),
    "index.none-readable": Message(
        mark("None of the images that {file} lists can be read. First: {first}"),
        mark("Paths are relative to the table's folder."),
    ),
    "internal": Message(
        mark("Something went wrong inside the program: {detail}."),
        mark("Your files are untouched. Please report it with the log."),
    ),
}
