"""The words of a response and of a growth forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.course import Curve, Excluded, Quantity
from bedside_dx.core.response import ImmuneResponse, Response
from bedside_dx.text.numbers import decimal, significant

if TYPE_CHECKING:
    from bedside_dx.core.course import GrowthFit
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
