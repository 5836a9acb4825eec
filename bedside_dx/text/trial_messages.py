"""Sentences by code: why a pack of trials is refused."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

REFUSED = mark("None of it is used, and an earlier pack stays. Get the file again.")

TRIAL_MESSAGES: dict[str, Message] = {
    "trial.not-found": Message(mark("There is no file {file}."), mark("Check the path.")),
    "trial.unreadable": Message(
        mark("{file} is no pack of trials that can be read: {detail}."), REFUSED
    ),
    "trial.checksum": Message(mark("The checksum of {file} does not fit its content."), REFUSED),
    "trial.licence": Message(
        mark("{file} has a licence that is not known here: {licence}."),
        mark("None of it is used. Known are: {known}."),
    ),
    "trial.age": Message(
        mark("Age: {age:scale} years can't be right; possible is 0 to {most:count}."),
        mark("State it again. No trial was looked at."),
    ),
    "trial.not-an-export": Message(
        mark("{file} is no export of ClinicalTrials.gov (API 2): {detail}."), REFUSED
    ),
}
