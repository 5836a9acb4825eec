"""Sentences about who published a model: signatures, keys, updates."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

TRUST_MESSAGES: dict[str, Message] = {
    "update.no-repository": Message(
        mark("No published models were found in the folder {file}."),
        mark("Choose the folder that the sender made with bedside-dx models publish."),
    ),
    "update.unknown-root": Message(
        mark(
            "The folder {file} comes from “{publisher}”, who is not trusted here. Nothing"
            " was taken."
        ),
        mark(
            "Compare the fingerprint {fingerprint} with the sender's, then: bedside-dx models"
            " trust add."
        ),
    ),
    "update.unknown-key": Message(
        mark(
            "{part} is signed by a key that {publisher} does not have. Your models are unchanged."
        ),
        mark(
            "Do not use the folder {file}. Ask the sender, and tell whoever is in charge of"
            " security."
        ),
    ),
    "update.tampered": Message(
        mark("{part} is not what {publisher} signed: it was changed. Your models are unchanged."),
        mark(
            "Do not use the folder {file}. Copy it again from the sender; tell security if"
            " it happens again."
        ),
    ),
    "update.rolled-back": Message(
        mark(
            "The folder {file} is older than what this machine has seen. Your models are unchanged."
        ),
        mark("Ask the sender for the newest copy: an old one may bring back known faults."),
    ),
    "update.expired": Message(
        mark(
            "What {publisher} signed in the folder {file} is out of date. Your models are"
            " unchanged."
        ),
        mark("See whether this machine's date is right; if so, ask the sender for a newer copy."),
    ),
    "update.clock": Message(
        mark("This machine's date, {now}, is before {seen}, which it has seen. Nothing was taken."),
        mark("Set the date right, then try again: without it nobody can tell what is out of date."),
    ),
    "update.file-missing": Message(
        mark("{part} is missing in the folder {file}. Your models are unchanged."),
        mark("Copy the whole folder again from the sender."),
    ),
    "update.not-kept": Message(
        mark("What was checked can't be written down here: {detail}. Nothing was taken."),
        mark("Check the free space and the rights of your own folder, then try again."),
    ),
    "update.package-missing": Message(
        mark("The package of {name} is missing in the folder {file}. Your models are unchanged."),
        mark("Copy the whole folder again from the sender."),
    ),
    "update.package-differs": Message(
        mark("The package of {name} is not the one {publisher} signed. Your models are unchanged."),
        mark(
            "Do not use the folder {file}. Copy it again from the sender; tell security if"
            " it happens again."
        ),
    ),
    "update.not-offered": Message(
        mark("The folder {file} offers no model called {name}."), mark("It offers: {offered}.")
    ),
    "update.not-newer": Message(
        mark("{name} {version} is not newer than the installed {installed}. Nothing was changed."),
        mark("To go back to the one before: bedside-dx models rollback."),
    ),
    "trust.no-root": Message(
        mark("{file} is no sound root of a publisher."),
        mark("Ask the sender for the folder, or for the file metadata/1.root.json of it."),
    ),
    "trust.expired": Message(
        mark("This root was valid until {date} only. It was not trusted."),
        mark("See whether this machine's date is right; if so, ask the sender for a newer copy."),
    ),
    "trust.other-fingerprint": Message(
        mark("This is not the publisher you expect: its fingerprint is {found}."),
        mark("Do not trust it. Ask the sender for the fingerprint again, by telephone."),
    ),
    "trust.not-confirmed": Message(
        mark("Nothing was trusted: the fingerprint was not confirmed."),
        mark("Get it from the sender by another way, and give it with --fingerprint."),
    ),
    "trust.unknown": Message(
        mark("No trusted publisher has the fingerprint {fingerprint}."),
        mark("See who is trusted: bedside-dx models trust list."),
    ),
    "trust.not-written": Message(
        mark("The root can't be kept: {detail}. Nothing was trusted."),
        mark("Check the free space and the rights of your own folder, then try again."),
    ),
    "publish.no-name": Message(
        mark("{file} is new: who publishes?"),
        mark("Name your hospital with --publisher; those who receive the models will read it."),
    ),
    "publish.damaged": Message(
        mark("What was published in {file} is damaged or was changed. Nothing was written."),
        mark("Publish into a new folder, or restore this one from a copy."),
    ),
    "publish.other-keys": Message(
        mark("{file} was published with other keys. Nothing was written."),
        mark("Use the keys it was made with, or publish into a new folder."),
    ),
    "publish.not-newer": Message(
        mark("{name} {version} is not newer than the published {published}. Nothing was written."),
        mark("Give the new model a higher version in its manifest."),
    ),
    "publish.nothing-there": Message(
        mark("Nothing was published in {file}: there are no keys to replace."),
        mark("Name the folder that you publish into."),
    ),
    "publish.same-keys": Message(
        mark("The keys in {file} are in use already. Nothing was written."),
        mark("Make others with “models keys make” and name their folder."),
    ),
    "publish.expired": Message(
        mark("The root of {file} is out of date. Nothing was written."),
        mark("Put root.pem back among the keys and publish again: it renews the root."),
    ),
    "publish.not-written": Message(
        mark("{file} could not be written: {detail}. What was published before is as it was."),
        mark("Check the free space and the rights of the folder, then publish again."),
    ),
    "keys.short-passphrase": Message(
        mark("The passphrase is too short. No key was made."),
        mark("Take at least {shortest:count} characters."),
    ),
    "keys.no-passphrase": Message(
        mark("The keys are locked, and nobody can be asked for the passphrase here."),
        mark("Start it in a terminal, or set {variable}."),
    ),
    "keys.passphrases-differ": Message(
        mark("The two passphrases differ. No key was made."), mark("Try again.")
    ),
    "keys.exist": Message(
        mark("{file} holds keys already. They were left as they are."),
        mark("Choose another folder: a lost key can't be made again."),
    ),
    "keys.not-written": Message(
        mark("Keys could not be written to {file}: {detail}."), mark("Choose another folder.")
    ),
    "keys.missing": Message(
        mark("There is no key {file}."), mark("Make keys with bedside-dx models keys make.")
    ),
    "keys.open-to-others": Message(
        mark("Others on this machine may read the key {file}. It was not used."),
        mark("Take their rights away: chmod 600."),
    ),
    "keys.locked": Message(
        mark("The key {file} can't be unlocked."), mark("Check the passphrase.")
    ),
}
