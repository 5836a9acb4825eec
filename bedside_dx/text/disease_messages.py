"""Sentences by code: what makes no stage, when a prognosis is refused, what limits it."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

STATE_AGAIN = mark("Nothing was computed. State it again.")
REFUSED = mark("Nothing was computed. Decide in the tumour board without this model.")

STAGING: dict[str, Message] = {
    "staging.edition": Message(
        mark("There is no grouping of edition {edition} here."), mark("Editions: {known}.")
    ),
    "staging.unreadable": Message(
        mark("“{text}” is no category of {letter}."), mark("For example: {letter}1.")
    ),
    "staging.category": Message(
        mark("{category} is no category of this tumour in TNM {edition}."),
        mark("It can be: {known}."),
    ),
    "staging.no-tumour": Message(
        mark("{t} {n} without metastases: where no tumour is found there is no stage."),
        mark("Check the categories. A tumour found only in its nodes or metastases has a stage."),
    ),
    "staging.occult": Message(
        mark("{t} {n} without metastases: an occult carcinoma, which has no stage group here."),
        mark("State T once the primary tumour has been found."),
    ),
    "staging.unknown-t": Message(
        mark("{t} {n} without metastases: without the extent of the tumour there is no stage."),
        mark("State T, or leave the stage open."),
    ),
    "staging.unknown-n": Message(
        mark("{t} {n} without metastases: without the lymph nodes there is no stage."),
        mark("State N, or leave the stage open."),
    ),
    "staging.in-situ-with-nodes": Message(
        mark("{t} {n} can't be: a tumour in situ has not spread to lymph nodes."),
        mark("Look for an invasive part, and state its T."),
    ),
    "staging.subdivide": Message(
        mark("{t} {n} without metastases belongs to several stages."),
        mark("State which: {finer}."),
    ),
    "staging.no-group": Message(
        mark("{t} {n} without metastases makes no stage group."), mark("Check the categories.")
    ),
    "staging.not-prognostic": Message(
        mark("Anatomic stage. The prognostic stage of the 8th edition is not computed.")
    ),
    "staging.lung-ninth": Message(
        mark("For lung the 9th edition of TNM is in force since 2025. Nothing is converted.")
    ),
    "staging.older-edition": Message(mark("An earlier edition: the 8th is in force.")),
    "staging.after-treatment": Message(
        mark("Categories after treatment (y): not comparable with a stage before it.")
    ),
}

INPUTS: dict[str, Message] = {
    "prognosis.unknown-model": Message(
        mark("There is no prognosis model called {name}."), mark("There are: {known}.")
    ),
    "prognosis.unknown-version": Message(
        mark("There is no version {version} of this model."), mark("There are: {known}.")
    ),
    "prognosis.unknown-input": Message(
        mark("This model does not ask for {name}."), mark("It asks for: {known}.")
    ),
    "prognosis.missing": Message(
        mark("Not stated: {name} ({key})."), mark("The model can't do without it.")
    ),
    "prognosis.not-a-number": Message(
        mark("{name} ({key}): “{value}” is not a number."), STATE_AGAIN
    ),
    "prognosis.not-whole": Message(
        mark("{name} ({key}): {value:scale} is not a whole number."), STATE_AGAIN
    ),
    "prognosis.not-a-choice": Message(
        mark("{name} ({key}): {value:scale} is not possible."), mark("It can be: {allowed}.")
    ),
    "prognosis.out-of-range": Message(
        mark(
            "{name} ({key}): {value:scale} {unit} is outside of what the model was made for,"
            " {low:scale} to {high:scale}."
        ),
        REFUSED,
    ),
    "prognosis.out-of-range-slip": Message(
        mark(
            "{name} ({key}): {value:scale} {unit} is outside of what the model was made for,"
            " {low:scale} to {high:scale}. It looks like {other}."
        ),
        mark("Nothing was computed or converted. State it in {unit}."),
    ),
    "prognosis.slip": Message(
        mark(
            "{name} ({key}): is {value:scale} {unit} right? It looks like {other}, which would be"
            " {instead:scale} {unit}."
        ),
        mark("Nothing was computed or converted. State it in {unit}, or confirm it."),
    ),
    "prognosis.not-between": Message(
        mark("{name} ({key}): {value:scale} does not lie from {low:scale} to {high:scale}."),
        STATE_AGAIN,
    ),
    "prognosis.unconfirmed": Message(
        mark("{name} ({key}): {value:scale} comes from a model and nobody has confirmed it."),
        mark("Nothing was computed. Check it on the slide and confirm it, or state another value."),
    ),
    "prognosis.regimen": Message(
        mark("“{regimen}” is no regimen of this model."), mark("Its treatments: {known}.")
    ),
    "prognosis.no-curve": Message(
        mark("{name} gives a group, not a curve over time."), mark("Ask another model.")
    ),
    "prognosis.nothing-stated": Message(
        mark("Whose prognosis? Neither a table nor an input was given."),
        mark("A table: --input FILE --output FILE. One person: --set NAME=VALUE for each input."),
    ),
    "prognosis.crowded-row": Message(
        mark("The row has more cells than there are columns."),
        mark("Nothing was computed. Write a decimal point, or separate the cells by semicolons."),
    ),
    "table.not-found": Message(mark("There is no table {file}."), mark("Check the path.")),
    "table.not-a-table": Message(
        mark("{file} is not a table in CSV format."),
        mark("Save it as CSV, with the names of its columns in the first row."),
    ),
    "table.no-rows": Message(
        mark("The table {file} has no rows."), mark("Write one row for each person.")
    ),
    "table.same-name": Message(
        mark("{file} has two columns called {column}."), mark("Give each column its own name.")
    ),
    "table.overwrites": Message(
        mark("{file} would be overwritten by its own results."), mark("Name another output.")
    ),
    "prognosis.no-columns": Message(
        mark("{file} has none of the columns that this model needs: {known}."),
        mark("Name its columns so, in the first row."),
    ),
}

REFUSALS: dict[str, Message] = {
    "prognosis.child": Message(
        mark("{value:scale} years: the model was made for adults."),
        mark("Nothing was computed. Ask a paediatric oncologist."),
    ),
    "prognosis.male": Message(
        mark("{model} was made for women. For a man it is not computed."), REFUSED
    ),
    "prognosis.female": Message(
        mark("{model} was made for men. For a woman it is not computed."), REFUSED
    ),
    "prognosis.metastatic": Message(
        mark("{model} was made for tumours without distant metastases."), REFUSED
    ),
    "prognosis.dcis": Message(
        mark("{model} was made for invasive tumours, not for carcinoma in situ alone."), REFUSED
    ),
    "prognosis.not-operated": Message(
        mark("{model} was made for people who have been operated."),
        mark("Nothing was computed. Come back to it after surgery."),
    ),
    "prognosis.neoadjuvant": Message(
        mark("{model} was made for people who were not treated before surgery."), REFUSED
    ),
    "prognosis.er-unknown": Message(
        mark("{model} needs the oestrogen receptor: it is two models, one for each state."),
        mark("Nothing was computed. Order immunohistochemistry of the receptor."),
    ),
    "prognosis.no-size": Message(
        mark("The formula of {model} has no value for a tumour of 0 mm."),
        mark("Nothing was computed. State the diameter of the invasive part."),
    ),
    "prognosis.cts5-er": Message(
        mark("{model}: only for tumours with oestrogen receptors."), REFUSED
    ),
    "prognosis.cts5-menopause": Message(mark("{model}: only after menopause."), REFUSED),
    "prognosis.cts5-endocrine": Message(
        mark("{model}: only after five years of endocrine therapy."), REFUSED
    ),
    "prognosis.cts5-recurrence": Message(
        mark("{model}: only for women without a recurrence in the first five years."), REFUSED
    ),
}

WARNINGS: dict[str, Message] = {
    "prognosis.assumed": Message(mark("Not stated, and assumed by the model's rule: {names}.")),
    "prognosis.not-in-question": Message(
        mark("In the regimen, but not marked as in question, and so not counted: {letters}.")
    ),
    "prognosis.small": Message(
        mark("{name}: {value:scale} {unit}. Check that it is not in {other}.")
    ),
    "prognosis.young": Message(mark("Under 40: the model is less well calibrated there.")),
    "prognosis.old": Message(mark("Over 75: the model is less well calibrated there.")),
    "prognosis.er-her2-negative": Message(
        mark("No oestrogen receptor and no HER2: the model is less well calibrated there.")
    ),
    "prognosis.size-zero": Message(mark("A tumour of 0 mm: is there an invasive part at all?")),
    "prognosis.trastuzumab-without-her2": Message(
        mark("Without HER2 trastuzumab counts for nothing.")
    ),
    "prognosis.endocrine-without-er": Message(
        mark("Without oestrogen receptors endocrine therapy counts for nothing.")
    ),
    "prognosis.no-heart-dose": Message(
        mark("Radiotherapy without a heart dose: its harm to the heart counts for nothing.")
    ),
    "prognosis.baseline-2017": Message(
        mark("The baseline is that of women diagnosed in 2017 in England.")
    ),
    "prognosis.older-version": Message(
        mark("An earlier version, without radiotherapy, smoking and progesterone receptor.")
    ),
    "prognosis.grade-as-one": Message(
        mark("A grade that is not known counts as grade 1 here, as published.")
    ),
    "prognosis.cores-assumed": Message(
        mark("The share of cores with cancer is the average of the published cohort.")
    ),
    "prognosis.androgen-association": Message(
        mark(
            "Men given androgen deprivation alone were iller to begin with: the difference is not"
            " what the treatment does."
        )
    ),
    "prognosis.many-nodes": Message(mark("More than 19 positive nodes count as 19.")),
    "prognosis.old-cohort": Message(
        mark("Women treated before 1994: today's treatments are not in it.")
    ),
    "prognosis.colon-old-treatment": Message(
        mark("A trial of the 1980s: today's treatment with oxaliplatin is not in it.")
    ),
}

LIMITS: dict[str, Message] = {
    "prognosis.limit.population": Message(
        mark("Made from English registries: invasive breast cancer, operated, without metastases.")
    ),
    "prognosis.limit.metabric": Message(
        mark(
            "Tried on METABRIC (1,828 women): concordance 0.742 at 5 years and 0.701 at 10 years."
            " How it ranks women carries over."
        )
    ),
    "prognosis.limit.era": Message(
        mark(
            "There 1.64 and 1.52 times as many died as expected for 2017, 0.948 and 0.974 times as"
            " expected for 2000: how many deaths it expects depends on the era."
        )
    ),
    "prognosis.limit.no-modern-drugs": Message(
        mark(
            "It knows no effect of CDK4/6 inhibitors, PARP inhibitors, immunotherapy or"
            " trastuzumab emtansine."
        )
    ),
    "prognosis.limit.association": Message(
        mark(
            "It says what is associated with an outcome in people like this, not what will happen"
            " to one person."
        )
    ),
    "prognosis.limit.prostate": Message(
        mark("Made from English registries: prostate cancer without metastases, at diagnosis.")
    ),
    "prognosis.limit.score": Message(
        mark("A group, not a probability: its survival depends on era and treatment.")
    ),
    "prognosis.limit.cts5": Message(
        mark(
            "Only for women after menopause with oestrogen receptors, without recurrence after"
            " five years of endocrine therapy."
        )
    ),
    "prognosis.limit.albi": Message(
        mark("Made for liver function in hepatocellular carcinoma, not for survival.")
    ),
    "prognosis.limit.rotterdam": Message(
        mark(
            "Fitted on 2,982 women of Rotterdam (1978 to 1993), tried on 686 German women: the"
            " figures stand beside. It knows neither receptors nor HER2 nor treatment."
        )
    ),
    "prognosis.limit.colon": Message(
        mark(
            "Fitted on 886 people of one trial and tried on no others: expect it to do worse"
            " elsewhere."
        )
    ),
}

OFFERS: dict[str, Message] = {
    "offer.size": Message(
        mark(
            "Tumour area on this slide: {mm:decimal} mm across ({low:decimal} to {high:decimal}),"
            " from patches of {patch:length}; {area:area} in all. It may be larger."
        )
    ),
    "offer.size-at-least": Message(
        mark(
            "Tumour area on this slide: {mm:decimal} mm across, at least {low:decimal}, from"
            " patches of {patch:length}. No upper end: it reaches {why}."
        )
    ),
    "offer.category": Message(
        mark(
            "{t} by size alone (TNM {edition:count}): {mm:decimal} mm on this slide, {least} to"
            " {most}. Growth into other structures can only raise it."
        )
    ),
    "offer.category-at-least": Message(
        mark(
            "{t} by size alone (TNM {edition:count}): {mm:decimal} mm on this slide, {least} or"
            " more. No upper end: it reaches {why}."
        )
    ),
    "offer.invasive": Message(
        mark("The model reports an invasive class; it does not look for a part in situ.")
    ),
    "offer.in-situ": Message(
        mark("The model reports a class in situ; it does not look for an invasive part.")
    ),
}
"""What a slide gave, offered as an input."""

FILE: dict[str, Message] = {
    "disease-file.not-found": Message(mark("There is no file {file}."), mark("Check the path.")),
    "disease-file.unreadable": Message(
        mark("{file} can't be read as TOML: {detail}."),
        mark("Nothing was written. docs/disease.md shows the format."),
    ),
    "disease-file.version": Message(
        mark("{file} does not say schema_version = 1."), mark("Put it into its first line.")
    ),
    "disease-file.empty": Message(
        mark("{file} describes no disease."), mark("It can hold: {known}.")
    ),
    "disease-file.unknown-key": Message(
        mark("{file}, {table}: “{key}” is not known."), mark("There are: {known}.")
    ),
    "disease-file.missing": Message(
        mark("{file}, {table}: “{key}” is missing."), mark("Add it; nothing was written.")
    ),
    "disease-file.bad-value": Message(
        mark("{file}, {table}: “{key}” has a value of the wrong kind."),
        mark("It can be: {allowed}. Nothing was written."),
    ),
    "disease-file.refused": Message(
        mark("{file}, {table} ({key}): {what}"), mark("{advice} No report was written.")
    ),
    "disease-file.which-patient": Message(
        mark("{file}, {table}: which patient of the table?"),
        mark("Say it with {key} = …; there are: {known}."),
    ),
    "disease-file.not-offered": Message(
        mark("{file}, {table}: the slide gave nothing for “{key}”."),
        mark("State the value by hand, or leave it out. No report was written."),
    ),
    "disease-file.unconfirmed": Message(
        mark("{file}, {table}: nobody has confirmed “{key}” = {value}. {says}"),
        mark("Check it on the slide, then write under confirmed: {key} = {value}."),
    ),
    "disease-file.other-value": Message(
        mark("{file}, {table}: “{key}” = {stated} is confirmed, the slide gives {value}. {says}"),
        mark("Check it again. No report was written."),
    ),
}
"""A file that describes a patient's disease."""

DISEASE_MESSAGES: dict[str, Message] = {
    **STAGING, **INPUTS, **REFUSALS, **WARNINGS, **LIMITS, **OFFERS, **FILE,
}  # fmt: skip
