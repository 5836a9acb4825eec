"""Sentences by code: the steps of an option's place, and what is wrong with a knowledge pack."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

KEPT = mark(
    "Nothing was taken over: the knowledge that was used before stays. Get the files again."
)

KNOWLEDGE: dict[str, Message] = {
    "knowledge.damaged": Message(mark("The knowledge pack {file} can't be used: {detail}."), KEPT),
    "knowledge.checksum": Message(mark("{name} in {file} is not what its checksum says."), KEPT),
    "knowledge.licence": Message(
        mark("The knowledge pack {file} has a licence that is not known here: {licence}."),
        mark("Nothing was taken over. Known are: {known}."),
    ),
    "knowledge.row": Message(mark("Row {row:count} of {file} is broken: {detail}."), KEPT),
    "knowledge.unreadable": Message(mark("{file} can't be read as therapy knowledge."), KEPT),
    "knowledge.nothing": Message(
        mark("There is no therapy knowledge in {file}."),
        mark("Name a folder with CIViC's nightly tables, OncoTree or a pack; nothing was changed."),
    ),
    "knowledge.bundled": Message(
        mark("{name} comes with the program and can't be imported."),
        mark("Give the pack another name; nothing was changed."),
    ),
    "knowledge.not-written": Message(
        mark("The knowledge pack could not be written to {file}."),
        mark("The old one stays. Free space on the disk, then import it again."),
    ),
    "knowledge.unknown-pack": Message(
        mark("There is no knowledge pack {name}."), mark("Name a folder, or one of: {known}.")
    ),
    "therapy.contradiction": Message(
        mark("“{one}” and “{other}” contradict each other."),
        mark("No options were given. Check both results with the laboratory."),
    ),
}

FILE: dict[str, Message] = {
    "therapy-file.not-found": Message(mark("There is no file {file}."), mark("Check the path.")),
    "therapy-file.unreadable": Message(
        mark("{file} can't be read as TOML: {detail}."),
        mark("Nothing was written. docs/therapy.md shows the format."),
    ),
    "therapy-file.version": Message(
        mark("{file} does not say schema_version = 1."), mark("Put it into its first line.")
    ),
    "therapy-file.empty": Message(mark("{file} asks for nothing."), mark("It can hold: {known}.")),
    "therapy-file.unknown-key": Message(
        mark("{file}: “{at}” is not known."), mark("Nothing was written. Known here are: {known}.")
    ),
    "therapy-file.missing": Message(
        mark("{file}: “{at}” is missing."), mark("Add it; nothing was written.")
    ),
    "therapy-file.bad-value": Message(
        mark("{file}: “{at}” has a value of the wrong kind."),
        mark("It must be: {expected}. Nothing was written."),
    ),
    "therapy-file.refused": Message(
        mark("{file} ({at}): {what}"), mark("{advice} No report was written.")
    ),
}

STEPS: dict[str, Message] = {
    "therapy.why-place": Message(mark("Place {place:count}, by the steps below in this order")),
    "therapy.why-biomarker": Message(mark("Found: {biomarker}")),
    "therapy.why-no-biomarker": Message(mark("Needs no biomarker in this tumour")),
    "therapy.why-ema": Message(mark("Approved by the EMA in this tumour (line: {lines})")),
    "therapy.why-fda": Message(mark("Approved by the FDA in this tumour (line: {lines})")),
    "therapy.why-approved": Message(
        mark("Approved in this tumour; the source does not say by whom")
    ),
    "therapy.why-other-line": Message(mark("Approved in this tumour for another line: {lines}")),
    "therapy.why-later-line": Message(
        mark("Approved in this tumour for later lines only ({lines}); the line was not stated")
    ),
    "therapy.why-beyond-approval": Message(
        mark("Outside its approval, which asks for {need}: that is not so here")
    ),
    "therapy.why-not-approved": Message(mark("No approval in this tumour is known to the packs")),
    "therapy.why-level": Message(mark("Evidence of level {level}")),
    "therapy.why-tumour-same": Message(mark("Evidence in the same tumour")),
    "therapy.why-tumour-parent": Message(
        mark("Evidence in a class that holds this tumour: {tumour}")
    ),
    "therapy.why-tumour-subtype": Message(
        mark("Evidence in a subtype, {tumour}: whether it is this one was not stated")
    ),
    "therapy.why-tumour-other": Message(mark("Evidence in another tumour: {tumour}")),
    "therapy.why-rating": Message(mark("The source rates it {rating:count} of 5")),
    "therapy.why-unrated": Message(mark("The source gives no rating")),
    "therapy.why-date": Message(mark("Last reviewed {day}")),
    "therapy.why-note": Message(mark("The pack adds: {note}")),
    "therapy.why-needs": Message(mark("Only if: {need} (not stated)")),
    "therapy.why-resistance": Message(
        mark("Against it: resistance with {biomarker}, level {level}, {tumour} ({source} {id})")
    ),
    "therapy.why-no-benefit": Message(
        mark("Against it: no benefit with {biomarker}, level {level}, {tumour} ({source} {id})")
    ),
    "therapy.why-adverse": Message(
        mark("Against it: more harm with {biomarker}, level {level}, {tumour} ({source} {id})")
    ),
    "therapy.why-superseded": Message(
        mark("Superseded by {successor} ({source}): placed behind it")
    ),
    "therapy.why-tier": Message(
        mark("AMP {amp}, ESCAT {escat}: provisional, the tumour board confirms")
    ),
    "therapy.excluded-resistance": Message(
        mark("resistance is associated with {biomarker} (level {level})")
    ),
    "therapy.excluded-no-benefit": Message(
        mark("no benefit was seen with {biomarker} (level {level})")
    ),
    "therapy.excluded-general": Message(
        mark(
            "its evidence is of {gene} alterations in general;"
            " resistance to {therapy} is associated with {biomarker}"
        )
    ),
    "therapy.excluded-unmet": Message(mark("needs {need}, which is not so here")),
    "therapy.order-opens": Message(mark("would open {therapies} (level {level})")),
    "therapy.order-specifies": Message(
        mark("which mutation it is decides on {therapies} (level {level})")
    ),
    "therapy.order-excludes": Message(mark("could exclude {therapies} (level {level})")),
    "therapy.conflict": Message(
        mark("The packs disagree on {therapy}: {speaking} for it, {against} against it")
    ),
}

THERAPY_MESSAGES: dict[str, Message] = KNOWLEDGE | FILE | STEPS
