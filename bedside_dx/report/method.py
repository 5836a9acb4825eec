"""How the result came about, what it can't do, and what it takes to have it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.rules import changed_keys
from bedside_dx.report.dates import day, moment
from bedside_dx.report.typography import (
    BODY,
    FLUSH,
    GAP,
    HAIRLINE,
    LABEL,
    SECTION,
    SMALL,
    SMALL_INK,
    WIDTH,
    Command,
    paragraph,
)
from bedside_dx.text.message import mark
from bedside_dx.text.rule_words import in_force_words
from bedside_dx.text.words import origin_words, reading_words, spacing_words

if TYPE_CHECKING:
    from bedside_dx.core.model_card import ModelClass
    from bedside_dx.core.origin import Origin
    from bedside_dx.core.results import Report
    from bedside_dx.core.rules import RuleChange
    from bedside_dx.text import Texts

HALF = (WIDTH - GAP) / 2


def method(report: Report, t: Texts) -> list[Flowable]:
    """Method and limits, provenance, and room for the reader's own verdict."""
    return [
        KeepTogether([paragraph(t("Method and limits"), SECTION), _method_and_limits(report, t)]),
        KeepTogether([paragraph(t("Provenance"), SECTION), _provenance(report, t)]),
        KeepTogether([paragraph(t("Reading by a person"), SECTION), _reading(t)]),
    ]


def _method_and_limits(report: Report, t: Texts) -> Flowable:
    card = report.model
    title = t("{title}, version {version}", title=t.of(card.title), version=card.version)
    left = [
        *_block(t("Model"), title),
        *_block(t("Intended use"), t.of(card.intended_use)),
        *_block(t("How it was read"), _how_it_was_read(report, t)),
        *_block(t("Rules of this site"), _site_rules(report, t)),
        *_block(t("Training data and their terms"), t.of(card.data_terms)),
    ]
    limits = card.limits.get(t.language) or card.limits.get("en", ())
    rows = [[paragraph("–"), paragraph(limit)] for limit in limits] or [["", paragraph("–")]]
    apart: list[Command] = [*FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -1), 4)]
    bullets = Table(rows, colWidths=[11, HALF - 11], style=apart)
    right = [paragraph(t("Limits"), LABEL), Spacer(0, 2), bullets]
    style: list[Command] = [*FLUSH, ("RIGHTPADDING", (0, 0), (0, 0), GAP)]
    return Table([[left, right]], colWidths=[HALF + GAP, HALF], style=style)


def _block(title: str, text: str) -> list[Flowable]:
    return [paragraph(title, LABEL), Spacer(0, 2), paragraph(text, BODY), Spacer(0, 8)]


def _how_it_was_read(report: Report, t: Texts) -> str:
    card = report.model
    if card.input is ModelInput.WHOLE_IMAGE or card.spacing_um_px is None:
        return t("The network read the image as a whole and gave each class a probability.")
    return t(
        "The tissue was cut into squares of {side:length} at {um:decimal} µm/px. The network"
        " read each on its own and gave each class a probability. Squares that are out of"
        " focus, spoilt, unreadable or unlike the training data count for no class.",
        side=card.patch_px * card.spacing_um_px,
        um=card.spacing_um_px,
    )


def _site_rules(report: Report, t: Texts) -> str:
    """Limits that are not as usual, and who made them so."""
    keys = changed_keys(report.rules)
    if not keys:
        return t("All limits of the verdict are as usual.")
    by_whom = {change.key: change for change in report.rule_changes}
    return " · ".join(_site_rule(key, by_whom.get(key), report, t) for key in keys)


def _site_rule(key: str, change: RuleChange | None, report: Report, t: Texts) -> str:
    limit = in_force_words(key, report.rules, t)
    if change is None:
        return t("{limit}, by nobody on record", limit=limit)
    when = day(change.when.date(), t.language)
    return t(
        "{limit}, by {who}, {when}: {why}", limit=limit, who=change.who, when=when, why=change.why
    )


def _provenance(report: Report, t: Texts) -> Flowable:
    rows = [
        [paragraph(name, SMALL), paragraph(value, SMALL_INK)]
        for name, value in provenance_rows(report, t)
    ]
    style: list[Command] = [
        *FLUSH,
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIRLINE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.4, HAIRLINE),
    ]
    return Table(rows, colWidths=[118, WIDTH - 118], style=style)


def _second_network(report: Report, t: Texts) -> list[tuple[str, str]]:
    network = report.model.slide_level
    if network is None or report.findings.attention is None:
        return []
    return [(t("Slide-level model fingerprint"), f"sha256 {network.sha256}")]


def provenance_rows(report: Report, t: Texts) -> list[tuple[str, str]]:
    """Names and values of what it takes to have the same result again."""
    slide, made, card = report.slide, report.provenance, report.model
    size = t(
        "{width:count} × {height:count} px, {format}",
        width=slide.size.width,
        height=slide.size.height,
        format=slide.format,
    )
    is_image = card.input is ModelInput.WHOLE_IMAGE
    return [
        (t("Image") if is_image else t("Slide"), f"{slide.path.name} · {size}"),
        (
            t("Image fingerprint") if is_image else t("Slide fingerprint"),
            f"sha256 {slide.fingerprint}",
        ),
        (t("Scale"), _scale(report, t)),
        (t("Model"), f"{card.name} {card.version} · {card.sha256[:12]}"),
        (t("Model fingerprint"), f"sha256 {card.sha256}"),
        (t("Model comes from"), _origin(card.origin, t)),
        *_second_network(report, t),
        (t("Program"), f"bedside_dx {made.program_version}"),
        (t("Engine and provider"), f"{made.engine} · {made.provider}"),
        (t("Pixels decoded by"), reading_words(made.reading, t)),
        (t("Started"), moment(made.started, t.language)),
        (t("Duration"), _duration(report, t)),
        (t("Codes"), _codes(report, t)),
    ]


def _origin(origin: Origin, t: Texts) -> str:
    parts = [origin_words(origin, t), origin.source, origin.installed[:10]]
    return " · ".join(part for part in parts if part)


def _duration(report: Report, t: Texts) -> str:
    made = report.provenance
    seconds = max(1, round(made.duration_s))
    patches = int(report.findings.analysed.sum())
    if report.model.input is ModelInput.WHOLE_IMAGE:
        return t("{seconds:count} s", seconds=seconds)
    if patches == 1:
        return t("{seconds:count} s for one patch", seconds=seconds)
    return t(
        "{seconds:count} s for {patches:count} patches, {pace:count} a second",
        seconds=seconds,
        patches=patches,
        pace=round(made.patches_per_s),
    )


def _scale(report: Report, t: Texts) -> str:
    spacing = report.slide.spacing
    words = spacing_words(spacing, t)
    return f"{words} · {spacing.detail}" if spacing is not None and spacing.detail else words


CODE_SYSTEMS = {
    "snomed_ct": mark("SNOMED CT"),
    "icd_o_3": mark("ICD-O-3"),
    "oncotree": mark("OncoTree"),
}


def _codes_of(model_class: ModelClass, t: Texts) -> str:
    pairs = sorted(model_class.codes.items())
    named = ((t(CODE_SYSTEMS.get(system, system)), code) for system, code in pairs)
    return ", ".join(f"{system} {code}" for system, code in named)


def _codes(report: Report, t: Texts) -> str:
    parts = [
        t("{label}: {codes}", label=t.of(c.label), codes=_codes_of(c, t))
        for c in report.model.classes
        if c.codes
    ]
    return " · ".join(parts) or t("none")


def _reading(t: Texts) -> Flowable:
    """Boxes and lines for the person who reads the slide: no result is signed by itself."""
    words = (t("Agree"), t("Amend"), t("Not sure"))
    boxes = [paragraph(f"□  {word}", BODY) for word in words]
    lines = [paragraph(word, LABEL) for word in (t("Name"), t("Date"), t("Signature"))]
    style: list[Command] = [
        *FLUSH,
        ("BOTTOMPADDING", (0, 0), (-1, 0), 24),
        ("LINEABOVE", (0, 1), (-1, 1), 0.6, HAIRLINE),
        ("TOPPADDING", (0, 1), (-1, 1), 3),
    ]
    third = WIDTH / 3
    return Table([boxes, lines], colWidths=[third, third, third], style=style)
