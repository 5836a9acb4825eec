"""What a result says to the patient: plain words, people of a hundred, never more than the verdict.

Figures of a disease are told only where tumour is present: a page that gave them with a verdict
that names no tumour would say more than it. Nothing here comforts beyond what is known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.model_card import Role
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.verdict import Status
from bedside_dx.text.words import class_label

if TYPE_CHECKING:
    from bedside_dx.core.disease import Stage
    from bedside_dx.core.prognosis import WhatIf
    from bedside_dx.core.results import Report
    from bedside_dx.text.catalogue import Texts

MALIGNANT = "/3"
"""Behaviour in a code of ICD-O-3 that makes a tumour a cancer."""
ALIVE, WITHOUT_RETURN = "overall survival", "recurrence-free survival"
"""Endpoints that have plain words; figures of any other are left to the doctors."""
LEAST_SHARE, MOST_SHARE = 1, 99
"""Of a hundred: nothing is certain, and nothing impossible."""
NEW_PICTURE = frozenset(
    {"next.rescan", "next.refocus", "next.clean-ink", "next.clean-glass", "next.expose"}
)
NEW_CUT = frozenset({"next.recut", "next.recut-thinner", "next.remount"})


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Sentences under the headings.

    Attributes
    ----------
    treatment
        Empty where nobody looked for options, or a plan tells more.
    people
        Of 100 people, as `core.prognosis.WhatIf.people`; empty where no figures are given.
    fates
        What each group of `people` stands for.
    """

    shows: tuple[str, ...]
    may_mean: tuple[str, ...]
    not_certain: tuple[str, ...]
    next_steps: tuple[str, ...]
    people: tuple[int, ...] = ()
    fates: tuple[str, ...] = ()
    treatment: tuple[str, ...] = ()


def patient_page(report: Report, t: Texts) -> PatientPage:
    """What to tell the patient of a result."""
    told = _told(report)
    people, fates = ((), ()) if told is None else (told.people, _fates(told, t))
    return PatientPage(
        _shows(report, t), _may_mean(report, told, t), _not_certain(report, told, t),
        _next_steps(report, t), people, fates, _treatment(report, t),
    )  # fmt: skip


def _has_tumour(report: Report) -> bool:
    diagnosis, card = report.diagnosis, report.model
    tumour = {card.classes[column].id for column in card.of_role(Role.TUMOUR)}
    return diagnosis.status is Status.PRESENT and diagnosis.class_id in tumour


def _told(report: Report) -> WhatIf | None:
    """The first model whose figures have plain words; None where none may be told."""
    if not _has_tumour(report) or report.disease is None:
        return None
    known = (ALIVE, WITHOUT_RETURN)
    models = report.disease.what_ifs
    return next((one for one in models if one.prognosis.model.endpoint in known), None)


def _shows(report: Report, t: Texts) -> tuple[str, ...]:
    diagnosis = report.diagnosis
    read = (
        t("A computer program looked at one image of your examination.")
        if report.model.input is ModelInput.WHOLE_IMAGE
        else t("A computer program looked at a thin slice of your tissue, much enlarged.")
    )
    sentences = [read, _seen(report, t)]
    if not diagnosis.is_final:
        sentences.append(t("It has not looked at all of the tissue yet."))
    return tuple(sentences)


def _seen(report: Report, t: Texts) -> str:
    diagnosis, card = report.diagnosis, report.model
    name = class_label(diagnosis.class_id, card, t)
    name = name[:1].lower() + name[1:]
    match diagnosis.status:
        case Status.CANNOT_SAY:
            return t("The program could not tell what it shows. This is neither good nor bad news.")
        case Status.NOT_SEEN:
            return t("It did not see a tumour in what it looked at.")
        case Status.SUSPICIOUS:
            return t(
                "Some places look unusual ({name}). This is a suspicion, not a finding.", name=name
            )
        case Status.PRESENT if _is_cancer(report):
            return t("It saw places that look like cancer ({name}).", name=name)
        case Status.PRESENT if _has_tumour(report):
            return t("It saw places that look like a tumour ({name}).", name=name)
        case Status.PRESENT:
            return t("It saw places that look changed ({name}).", name=name)


def _is_cancer(report: Report) -> bool:
    diagnosis, card = report.diagnosis, report.model
    codes = {c.id: c.codes.get("icd_o_3", "") for c in card.classes}
    return codes.get(diagnosis.class_id or "", "").endswith(MALIGNANT)


def _may_mean(report: Report, told: WhatIf | None, t: Texts) -> tuple[str, ...]:
    match report.diagnosis.status:
        case Status.CANNOT_SAY:
            return (t("Nothing can be concluded from this. Your doctors will use other means."),)
        case Status.NOT_SEEN:
            return (
                t(
                    "A tumour that was not seen is not ruled out: only a part of your tissue was"
                    " looked at."
                ),
            )
        case Status.SUSPICIOUS:
            return (
                t("It may turn out to be harmless, or to need treatment. Only a doctor can tell."),
            )
        case Status.PRESENT if _has_tumour(report):
            return (_if_confirmed(report, t), *_stage(report, t), *_figures(told, t))
        case Status.PRESENT:
            return (t("Such changes can be harmless, or need treatment. Only a doctor can tell."),)


def _if_confirmed(report: Report, t: Texts) -> str:
    if _is_cancer(report):
        return t(
            "If a doctor confirms it, it is a cancer: cells that grow where they should not. How"
            " it goes on, and what can be done, differs a great deal from one person to another."
        )
    return t(
        "If a doctor confirms it, it is a tumour: a growth that should not be there. How it goes"
        " on, and what can be done, differs a great deal from one person to another."
    )


def _stage(report: Report, t: Texts) -> tuple[str, ...]:
    stage: Stage | None = None if report.disease is None else report.disease.stage
    if stage is None:
        return ()
    return (
        t(
            "From all your examinations your doctors noted stage {group}. The stage says how large"
            " a tumour is and how far it has spread; 0 is the lowest and IV the highest.",
            group=stage.group,
        ),
    )


def _figures(told: WhatIf | None, t: Texts) -> tuple[str, ...]:
    """How it went for people like this, with the treatment looked at and without."""
    if told is None:
        return ()
    alive, more, *_ = told.people
    year, curve = told.year, told.prognosis.curve
    after = t.plural("after {n} year", "after {n} years", year)
    is_treated = curve is not None and bool(curve.regimen)
    if told.prognosis.model.endpoint == ALIVE:
        first = t(
            "Of 100 people whose illness was like yours, about {n:count} were alive {after} without"
            " further treatment after the operation.",
            n=alive,
            after=after,
        )
        then = t("With the treatment looked at here it was about {n:count}.", n=alive + more)
        if told.prognosis.model.key not in OPERATED:
            first = t(
                "Of 100 people whose illness was like yours, about {n:count} were alive {after}"
                " without the treatment looked at here.",
                n=alive,
                after=after,
            )
    else:
        first = t(
            "Of 100 people whose illness was like yours, about {n:count} were alive {after} without"
            " the illness having come back.",
            n=alive,
            after=after,
        )
        then = t("With the treatment looked at here it was about {n:count}.", n=alive + more)
    nobody = t("Nobody can say to which of them you will belong.")
    return (first, then, nobody) if is_treated else (first, nobody)


OPERATED = frozenset({"predict-breast", "colon-adjuvant", "breast-recurrence"})
"""Models of people who have had their operation."""


def _fates(told: WhatIf, t: Texts) -> tuple[str, ...]:
    """What the groups of a hundred people stand for; a group of nobody needs no words."""
    alive, more, disease, other = told.people
    tells = told.prognosis.model.tells_cause
    if told.prognosis.model.endpoint == ALIVE:
        lost = (
            t("{n:count} died of this illness", n=disease)
            if tells
            else t("{n:count} died", n=disease)
        )
        words = (
            t("{n:count} alive in any case", n=alive),
            t("{n:count} more alive with the treatment", n=more),
            lost,
            t("{n:count} died of something else", n=other),
        )
    else:
        words = (
            t("{n:count} alive, the illness not back", n=alive),
            t("{n:count} more with the treatment", n=more),
            t("{n:count}: the illness came back, or died", n=disease),
            "",
        )
    return tuple(said if n else "" for said, n in zip(words, told.people, strict=True))


def _not_certain(report: Report, told: WhatIf | None, t: Texts) -> tuple[str, ...]:
    sentences = [
        t("A computer can be wrong. No doctor has checked this result yet."),
        *_sure(report, t),
    ]
    unread = _of_hundred(1 - report.diagnosis.coverage.analysed)
    if report.model.input is ModelInput.PATCHES:
        if report.diagnosis.coverage.analysed < 1:
            sentences.append(
                t("About {n:count} of 100 parts of the tissue could not be looked at.", n=unread)
            )
        sentences.append(t("The slice is a small part of you. Elsewhere it may look different."))
    if told is not None:
        sentences.append(
            t("The numbers come from people treated in earlier years, not from you yourself.")
        )
        if any(key in told.prognosis.assumed for key in _facts(told)):
            sentences.append(
                t("Some things about your illness were not known, and usual values were taken.")
            )
    return tuple(sentences)


def _facts(told: WhatIf) -> frozenset[str]:
    """Inputs about the illness itself."""
    return frozenset(wanted.key for wanted in told.prognosis.model.inputs if wanted.role == "fact")


def _sure(report: Report, t: Texts) -> tuple[str, ...]:
    """How often such a result is right, in whole results of a hundred."""
    diagnosis = report.diagnosis
    if diagnosis.interval is None or diagnosis.status is Status.CANNOT_SAY:
        return ()
    low, high = (_of_hundred(end) for end in _widened(diagnosis.interval))
    values = {"low": low, "high": high}
    if low == high:
        return (t("Of 100 results like this one, about {low:count} are right.", low=low),)
    return (t("Of 100 results like this one, {low:count} to {high:count} are right.", **values),)


def _widened(interval: tuple[float, float]) -> tuple[float, float]:
    low, high = interval
    return math.floor(low * 100) / 100, math.ceil(high * 100) / 100


def _of_hundred(share: float) -> int:
    return min(max(round(100 * share), LEAST_SHARE), MOST_SHARE)


def _treatment(report: Report, t: Texts) -> tuple[str, ...]:
    """That treatments were looked for: no drug is named before a doctor has chosen."""
    found = report.therapy
    if found is None or found.plan is not None or not _has_tumour(report):
        return ()
    options = found.options
    if options is None or not options.tumour:
        return ()
    some = (
        t("Published studies name treatments for tumours like yours. None is chosen yet.")
        if options.options
        else t(
            "The program found no treatment in the studies it holds. That does not mean that there"
            " is none: your doctors know more than it does."
        )
    )
    first = t("Further tests of your tumour may come first: they can show what suits you.")
    yours = t(
        "What suits you also depends on your health and on what matters to you. Tell your team."
    )
    return (some, first, yours) if options.order_first else (some, yours)


def _next_steps(report: Report, t: Texts) -> tuple[str, ...]:
    is_image = report.model.input is ModelInput.WHOLE_IMAGE
    steps = [
        t("A doctor who reads such images looks at yours and decides what it shows.")
        if is_image
        else t("A doctor for tissue, a pathologist, looks at your slide and decides what it shows.")
    ]
    code = report.diagnosis.next_step.code
    if code in NEW_PICTURE:
        steps.append(t("The laboratory takes the picture of your tissue again."))
    elif code in NEW_CUT:
        steps.append(t("The laboratory prepares your tissue again. You need not come for that."))
    elif code == "next.confirm-tumour":
        steps.append(
            t("If it is confirmed, further tests show which treatments come into question.")
        )
    steps.append(t("Your doctors talk with you about the result, and decide together with you."))
    steps.append(t("Until then, please do not change or stop any treatment because of this page."))
    return tuple(steps)
