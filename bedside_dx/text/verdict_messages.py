"""Sentences of a verdict: its reasons, and what to do next."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

VERDICT_MESSAGES: dict[str, Message] = {
    "reason.picked-slices": Message(
        mark(
            "How sure was found on single images. It is said of the {slices:count} of {of:count} "
            "slices that look most like tumour, and was not checked on whole series."
        )
    ),
    "reason.part-not-stated": Message(
        mark(
            "The files do not say which part of the body they show, and the model knows one part "
            "only: nothing is judged on a guess."
        )
    ),
    "reason.other-modality": Message(
        mark("The files say {found}, and the model reads {wanted} only: nothing is judged.")
    ),
    "reason.other-part": Message(
        mark("The files say {found}, and the model knows another part only: nothing is judged.")
    ),
    "reason.part-said": Message(
        mark(
            "A person, not the files, says which part of the body it is: only images close to "
            "those the model learnt from are judged."
        )
    ),
    "reason.image-class": Message(mark("The image as a whole looks like: {label}")),
    "reason.slices-class": Message(mark("The slices that decide look like: {label}")),
    "reason.tumour-area": Message(
        mark("{label} on {share:percent} of the tissue that could be judged")
    ),
    "reason.no-tumour": Message(mark("No tumour in {patches:count} patches of readable tissue")),
    "reason.smallest-area": Message(mark("A tumour smaller than about {mm2:area} can be missed")),
    "reason.no-tumour-image": Message(mark("No tumour on this image")),
    "reason.unfamiliar-tissue": Message(
        mark("{share:percent} of this tissue differs from what the model has seen")
    ),
    "reason.unfamiliar-slices": Message(
        mark("{share:percent} of these slices differ from what the model has seen")
    ),
    "reason.unfamiliar-throughout": Message(
        mark("All of this tissue is at the edge of what the model has seen")
    ),
    "reason.unfamiliar-image": Message(mark("This image differs from what the model has seen")),
    "reason.low-confidence": Message(mark("The model hesitates between {first} and {second}")),
    "reason.fits-no-class": Message(
        mark("Less typical than {share:percent} of the pictures of each class")
    ),
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
    "reason.slide-level": Message(
        mark("The slide-level model sees {label} ({probability:percent}), though no area shows it")
    ),
    "reason.not-complete": Message(mark("{share:percent} of the tissue was not read yet")),
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
