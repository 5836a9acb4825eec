"""The words of a response and of a growth forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.course import Curve, Excluded, Quantity
from bedside_dx.core.response import ImmuneResponse, Response
from bedside_dx.text.numbers import decimal, exact_percent, significant

if TYPE_CHECKING:
    from bedside_dx.core.course import Course, GrowthFit, Learned, Outlook
    from bedside_dx.core.disease_picture import LeftOut
    from bedside_dx.text.catalogue import Texts


def quantity_word(quantity: Quantity, t: Texts) -> str:
    """Name and unit."""
    return {Quantity.PSA: t("PSA, ng/mL"), Quantity.LESION_MM: t("lesion size, mm")}[quantity]


def response_word(response: Response, t: Texts) -> str:
    """A response written out."""
    return {
        Response.CR: t("complete response"),
        Response.PR: t("partial response"),
        Response.SD: t("stable disease"),
        Response.PD: t("progressive disease"),
        Response.NE: t("not evaluable"),
        Response.NON_CR_NON_PD: t("neither complete response nor progression"),
    }[response]


def immune_word(response: ImmuneResponse, t: Texts) -> str:
    """A response under immunotherapy written out."""
    return {
        ImmuneResponse.ICR: t("complete response"),
        ImmuneResponse.IPR: t("partial response"),
        ImmuneResponse.ISD: t("stable disease"),
        ImmuneResponse.IUPD: t("progression, unconfirmed"),
        ImmuneResponse.ICPD: t("progression, confirmed"),
        ImmuneResponse.NE: t("not evaluable"),
        ImmuneResponse.NON_ICR_NON_IUPD: t("neither complete response nor progression"),
    }[response]


def fit_words(fit: GrowthFit, t: Texts) -> str:
    """The patient's own curve, or why there is none."""
    if fit.chosen is None:
        return {
            Excluded.ONE_VISIT: t("own curve: none, only one visit"),
            Excluded.TWO_ALIKE: t("own curve: none, two visits that differ by less than 20%"),
            Excluded.ALL_ALIKE: t("own curve: none, the values do not change or begin at zero"),
            Excluded.NOT_FIT: t("own curve: none that is significant"),
            None: "",
        }[fit.excluded]
    name = {
        Curve.GD: t("decay and growth"),
        Curve.DX: t("decay alone"),
        Curve.GX: t("growth alone"),
        Curve.GDPHI: t("decay, and growth of the share that does not respond"),
    }[fit.chosen.curve]
    numbers = ", ".join(
        f"{key} {significant(value, t.language, 3)}" for key, value in fit.chosen.parameters.items()
    )
    return t("own curve: {name} ({numbers})", name=name, numbers=numbers)


def size_words(value: float, t: Texts) -> str:
    """A size as a person writes it."""
    return decimal(value, t.language, 2 if value < 10 else 1)


def change_words(share: float | None, t: Texts) -> str:
    """A change of a size with its sign: "−30%"; a dash where there is none."""
    if share is None:
        return "–"
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return sign + exact_percent(round(abs(share), 3), t.language)


def forecast_words(outlook: Outlook, t: Texts) -> str:
    """The last point of a forecast with its interval, beside "no change"."""
    values = {
        "value": size_words(float(outlook.values[-1]), t),
        "day": float(outlook.days[-1]),
        "low": size_words(float(outlook.low[-1]), t),
        "high": size_words(float(outlook.high[-1]), t),
        "last": size_words(outlook.no_change, t),
    }
    return t(
        "{patient}: {value} on day {day:decimal} ({low} to {high}, 90%); no change: {last}",
        patient=outlook.course.patient,
        **values,
    )


def outlook_words(outlook: Outlook, t: Texts) -> str:
    """The same where the page says whose course it is."""
    low, high, value = (
        size_words(float(ends[-1]), t) for ends in (outlook.low, outlook.high, outlook.values)
    )
    return t(
        "On day {day:decimal}: {value} ({low} to {high}, 90%). No change: {last}.",
        day=float(outlook.days[-1]), value=value, low=low, high=high,
        last=size_words(outlook.no_change, t),
    )  # fmt: skip


def left_out_words(one: LeftOut, t: Texts) -> str:
    """A row that could not be read, and what to do about it."""
    sentence = " ".join(filter(None, t.error(one.error)))
    return t("{file}, line {line:count}: {sentence}", file=one.file, line=one.line,
             sentence=sentence)  # fmt: skip


def seen_words(course: Course, t: Texts) -> str:
    """Which values a model of this program saw; empty where none."""
    if not course.seen:
        return ""
    days = ", ".join(decimal(day, t.language) for day in course.seen)
    return t("AI-derived, confirmed by a person: the value of day {days}", days=days)


def learned_words(learned: Learned, quantity: Quantity, t: Texts) -> str:
    """What a forecast rests on, and how it did."""
    return t(
        "{quantity}. Learned from {patients:count} patients ({cohort}); on patients it had not"
        " seen its error was {ratio:decimal} times that of “no change”, and {coverage:percent} of"
        " the intervals held. Research use only.",
        quantity=quantity_word(quantity, t),
        patients=learned.patients,
        cohort=t.of(learned.cohort),
        ratio=learned.against_no_change,
        coverage=learned.coverage,
    )
