"""Sentences by code: why a plan is refused, and what is worth a look in one."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

PLAN_MESSAGES: dict[str, Message] = {
    "plan.not-found": Message(mark("There is no plan {file}."), mark("Check the path.")),
    "plan.unreadable": Message(
        mark("{file} is no plan that can be read: {detail}."),
        mark("Nothing was changed. See docs/plan.md for the format."),
    ),
    "plan.rule": Message(
        mark("The plan does not hold to its rules: {at} ({expected})."),
        mark("Nothing was changed. Correct it."),
    ),
    "plan.dpd-first": Message(
        mark("{drug} is not planned: DPD activity must be known before it."),
        mark(
            "Order it first. Where it is known, state it in {at}: normal or partial."
            " With none the drug is not given."
        ),
    ),
    "plan.sourced-dose": Message(
        mark("{field} was worked out from a source and is not overwritten."),
        mark(
            "Use --reduce for toxicity, or make the plan again with the dose that is meant"
            " and its own source. Nothing was changed."
        ),
    ),
    "plan.no-dose": Message(
        mark("No dose can be shown for {drug} (step {step}): {why}."),
        mark("No plan was made. Ask “bedside-dx dose” why: a test or a decision is missing."),
    ),
    "plan.no-effect": Message(
        mark("{model} gives no effect for the regimen {regimen}."),
        mark("No plan was made. Leave the effect out, or name a regimen that the model knows."),
    ),
    "plan.unknown-option": Message(
        mark("The options do not hold {option}."),
        mark("No plan was made. There are: {known}. Hand the file over with --options."),
    ),
    "plan.exists": Message(
        mark("{file} is already there."), mark("Nothing was written. Change it, or name another.")
    ),
    "plan.moved-on": Message(
        mark("{file} was changed meanwhile: version {number:count}, {who}."),
        mark("Nothing was written. Open it again, then make your changes."),
    ),
    "plan.other-patient": Message(
        mark("{file} is the plan of another patient: the identifiers differ."),
        mark("It was not opened. Check whose slide and whose plan this is."),
    ),
    "plan.same": Message(mark("That is what the plan says already."), mark("Nothing was changed.")),
    "plan.no-field": Message(
        mark("The plan has no field {field}."), mark("Nothing was changed. There are: {known}.")
    ),
    "plan.no-name": Message(
        mark("A plan and its changes need a name and a reason."),
        mark("Nothing was changed. Say who (--by) and why (--why)."),
    ),
    "plan.too-long": Message(
        mark("A name or reason has more than {most:count} letters. Nothing was changed."),
        mark("Shorten it."),
    ),
    "plan.history-edited": Message(
        mark("Change {number:count} of {file} is not as it was written."),
        mark("The plan is not used. Take it from a backup."),
    ),
    "plan.not-in-history": Message(
        mark("{file} is not what its changes lead to."),
        mark("The plan is not used. Take it from a backup."),
    ),
    "plan.pair": Message(mark("“{text}” is no pair."), mark("Write NAME=VALUE.")),
    "plan.nothing": Message(
        mark("Nothing was said to change."), mark("Say it with --set, --reduce or --delay.")
    ),
    "plan.other-than-report": Message(
        mark("The plan is for another person than the report: name, birth or number differ."),
        mark("Check both, then take the right plan."),
    ),
    "plan.remark.old-baseline": Message(
        mark("Baseline images are {days:count} days old at the start: RECIST allows 28.")
    ),
    "plan.remark.late-baseline": Message(
        mark("Baseline images come after the start: the response can't be told from them.")
    ),
    "plan.remark.no-assessment": Message(mark("No response assessment is planned.")),
    "plan.remark.open-ended": Message(
        mark("Without a number of cycles: written out for {days:count} days.")
    ),
    "plan.remark.cumulative": Message(
        mark("{total:scale} mg/m² of doxorubicin in all: the limit is {limit:scale} mg/m².")
    ),
    "plan.remark.dpd-partial": Message(
        mark(
            "{drug} was typed and not checked here, and DPD activity is partial:"
            " a lower first dose is considered (EMA, 30 April 2020)."
        )
    ),
    "plan.remark.lvef-first": Message(
        mark("{drug} was typed and not checked here: the ejection fraction comes before it.")
    ),
    "plan.remark.pregnancy-first": Message(
        mark("{drug} was typed and not checked here: a pregnancy test comes before it.")
    ),
    "plan.remark.hbv-first": Message(
        mark("{drug} was typed and not checked here: hepatitis B is looked for before it.")
    ),
    "plan.remark.too-often": Message(
        mark("Step {step} is given more often than a life's limit allows: {times:count} times.")
    ),
    "plan.remark.no-preferences": Message(mark("The patient's preferences are not written down.")),
}
