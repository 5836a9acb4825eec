"""Sentences about what a site sets and checks: rules, stores, the self-check."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

SITE_MESSAGES: dict[str, Message] = {
    "settings.bad": Message(mark("{name} can't be {value}."), mark("Allowed: {allowed}.")),
    "rules.unknown": Message(
        mark("There is no limit called {key}."), mark("The limits are: {known}.")
    ),
    "rules.no-name": Message(
        mark("A change of the rules needs a name and a reason. Nothing was changed."),
        mark("Say who changes it, and why."),
    ),
    "rules.too-long": Message(
        mark("A name or reason has more than {most:count} letters. Nothing was changed."),
        mark("Shorten it."),
    ),
    "rules.same": Message(
        mark("{label} is {value} already. Nothing was changed."), mark("Choose another value.")
    ),
    "rules.history-edited": Message(
        mark("{file}, line {line:count}, was edited: the site's rules can't be trusted."),
        mark(
            "No verdict is given until the file is restored from a backup, or a new history is"
            " begun: bedside-dx rules restart."
        ),
    ),
    "rules.history-cut": Message(
        mark("Rows are missing in {file}: the site's rules can't be trusted."),
        mark(
            "No verdict is given until the file is restored from a backup, or a new history is"
            " begun: bedside-dx rules restart."
        ),
    ),
    "rules.not-in-history": Message(
        mark("{file} holds limits that nobody is on record for."),
        mark(
            "No verdict is given until the file is restored from a backup, or a new history is"
            " begun: bedside-dx rules restart."
        ),
    ),
    "store.unreadable": Message(
        mark("{file} can't be read: {detail}. It was left as it is."),
        mark("Restore it from a backup, or ask for the right to read it."),
    ),
    "store.not-written": Message(
        mark("{file} could not be written: {detail}. All is as it was."),
        mark("Check the free space and the rights of the folder, then try again."),
    ),
    "store.busy": Message(
        mark("{file} is being changed by another program. Nothing was changed."),
        mark("Try again in a moment."),
    ),
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
            "Model {name} {version} gives its reference results on {engine}, {provider} (largest"
            " difference {difference})"
        )
    ),
    "check.model-wrong": Message(
        mark(
            "Model {name} {version} does not give its reference results on {provider} (largest"
            " difference {difference})."
        ),
        mark("Do not use it on this machine."),
    ),
    "check.precision": Message(
        mark(
            "Model {name} in {precision}: {same:decimal} decisions of 100 as in 32 bits"
            " ({pictures:count} test pictures), probabilities at most {difference:decimal} apart"
        )
    ),
    "check.pace": Message(
        mark(
            "Model {name} runs best here on {engine} in {precision}, {batch:count} at a time"
            " ({rate:decimal} patches/s), and does so unless asked otherwise"
        )
    ),
    "check.pace-unmeasured": Message(
        mark(
            "How model {name} runs best here was not measured; until then it runs in 32 bits:"
            " bedside-dx models tune {name}"
        )
    ),
    "check.pace-stale": Message(
        mark(
            "How model {name} runs best was measured for another processor, engine or version;"
            " until it is measured again it runs in 32 bits: bedside-dx models tune {name}"
        )
    ),
    "check.model-signed": Message(mark("Model {name} {version} is signed by {publisher}")),
    "check.model-unsigned": Message(
        mark("Model {name} {version} is unsigned: nobody vouches for it."),
        mark("Ask whoever made it for a signed package."),
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
    "check.known-slide": Message(
        mark(
            "Model {name} says of the known slide what it should (patches: {patches:count}, largest"
            " difference {difference})"
        )
    ),
    "check.known-slide-first": Message(
        mark(
            "Model {name} read the known slide for the first time (patches: {patches:count}): later"
            " self-checks compare with it"
        )
    ),
    "check.known-slide-wrong": Message(
        mark(
            "Model {name} says something else of the known slide than it should (difference"
            " {difference})."
        ),
        mark("Do not use it on this machine; report it with the history of self-checks."),
    ),
    "check.known-slide-failed": Message(
        mark("Model {name} did not get through the known slide: {detail}."),
        mark("Do not use it on this machine; report it with the history of self-checks."),
    ),
    "check.drift-provider": Message(
        mark("Model {name} used to run on {before} here and now runs on {now}."),
        mark("See whether the graphics card or its driver was changed."),
    ),
    "check.drift-speed": Message(
        mark(
            "Model {name} has become slow: {now:decimal} patches/s, usually {usual:decimal} here."
        ),
        mark("See what else runs on this machine, and whether it overheats."),
    ),
    "check.drift-golden": Message(
        mark(
            "Model {name} is further from its reference results than usual: {now}, usually {usual}."
        ),
        mark("It is still allowed. See what was updated, and watch it."),
    ),
    "check.drift-embedding": Message(
        mark(
            "The embeddings of model {name} are further from their references than usual: {now},"
            " usually {usual}."
        ),
        mark("It is still allowed. See what was updated, and watch it."),
    ),
    "check.drift-known-slide": Message(
        mark(
            "Model {name} is further from its answer to the known slide than usual: {now}, usually"
            " {usual}."
        ),
        mark("It is still allowed. See what was updated, and watch it."),
    ),
    "check.history": Message(mark("Self-checks kept on this machine: {runs:count}")),
    "check.history-lines": Message(
        mark("Lines of the history of self-checks that can't be read: {lines:count}."),
        mark("They were left as they are; the others count."),
    ),
    "check.history-damaged": Message(
        mark("The history of self-checks can't be read."),
        mark("See to the rights of the program's folder; drift is not seen until then."),
    ),
    "check.history-unwritable": Message(
        mark("This self-check could not be kept in the history."),
        mark("See to the free space and the rights of the program's folder."),
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
    "history.not-read": Message(
        mark("The history of self-checks can't be read ({file})."),
        mark("See to the rights of the program's folder."),
    ),
    "history.not-written": Message(
        mark("This self-check could not be kept in the history ({file})."),
        mark("See to the free space and the rights of the program's folder."),
    ),
}
