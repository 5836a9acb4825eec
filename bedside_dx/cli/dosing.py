"""`bedside-dx dose`: a dose for one person from a sourced row, or why there is none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_columns, print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import decimal_number
from bedside_dx.core.dosing import DoseStatus, Dpd, GfrMethod, Hbv, Sex, SurfaceFormula
from bedside_dx.core.errors import DoseError
from bedside_dx.text.disease_words import sentence_of
from bedside_dx.text.dose_lines import dose_lines
from bedside_dx.text.dosing_words import amount_words, schedule_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.text import Texts

LIST = "list"


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("dose", parents=[shared], help=t("a dose for one adult, sourced"))
    parser.add_argument("drug", metavar="DRUG", help=t("a drug; or: list, for every dose"))
    parser.add_argument("--row", default="", metavar="KEY", help=t("which dose of the drug"))
    add_person(parser, t)
    number = partial(decimal_number, t=t)
    parser.add_argument("--auc", type=number, metavar="AUC", help=t("carboplatin: target AUC"))
    parser.add_argument("--first", action="store_true", help=t("first time: loading dose"))
    parser.add_argument(
        "--percent", type=number, metavar="P", help=t("part of the dose that is wanted, percent")
    )
    parser.add_argument(
        "--surface", choices=list(SurfaceFormula), help=t("formula of body surface to take")
    )
    parser.add_argument("--gfr-method", choices=list(GfrMethod), help=t("renal function to take"))
    parser.add_argument(
        "--creatinine-floor-umol-l", type=number, metavar="N",
        help=t("a lower creatinine counts as this; none without"),
    )  # fmt: skip
    parser.add_argument(
        "--round-within", type=number, default=5.0, metavar="P",
        help=t("rounding to whole units may change the dose by so many percent"),
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help=t("print JSON"))
    parser.set_defaults(run=run)


def add_person(parser: argparse.ArgumentParser, t: Texts) -> None:
    """Add what is stated of a person."""
    number = partial(decimal_number, t=t)
    for name, words in (
        ("--age", t("years")),
        ("--height-cm", t("height, cm")),
        ("--weight-kg", t("actual weight, kg")),
        ("--creatinine-umol-l", t("creatinine in serum, µmol/L")),
        ("--gfr-ml-min", t("measured renal function, mL/min, not indexed")),
        ("--bilirubin-umol-l", t("bilirubin in serum, µmol/L")),
        ("--uracil-ng-ml", t("uracil in plasma, ng/mL")),
        ("--lvef-percent", t("ejection fraction, percent")),
    ):
        parser.add_argument(name, type=number, metavar="N", help=words)
    parser.add_argument("--sex", choices=list(Sex), help=t("sex"))
    parser.add_argument("--dpd", choices=list(Dpd), help=t("DPD activity"))
    parser.add_argument("--hbv", choices=list(Hbv), help=t("hepatitis B"))
    parser.add_argument("--pregnancy", choices=("no", "yes"), help=t("pregnancy"))
    parser.add_argument(
        "--heart-radiation", action="store_true", help=t("the heart was irradiated")
    )
    parser.add_argument(
        "--earlier", action="append", metavar="NAME=MG",
        help=t("anthracycline given earlier, mg/m²; or: none"),
    )  # fmt: skip
    parser.add_argument(
        "--confirm", action="append", default=[], metavar="NAME",
        help=t("a person has confirmed this input"),
    )  # fmt: skip


def person_options(args: argparse.Namespace) -> dict[str, Any]:
    """What was stated of a person, as `app.dosing.dose` takes it."""
    return {
        "age": args.age,
        "sex": args.sex,
        "height_cm": args.height_cm,
        "weight_kg": args.weight_kg,
        "creatinine_umol_l": args.creatinine_umol_l,
        "gfr_ml_min": args.gfr_ml_min,
        "bilirubin_umol_l": args.bilirubin_umol_l,
        "uracil_ng_ml": args.uracil_ng_ml,
        "lvef_percent": args.lvef_percent,
        "dpd": args.dpd,
        "hbv": args.hbv,
        "is_pregnant": None if args.pregnancy is None else args.pregnancy == "yes",
        "had_heart_radiation": args.heart_radiation,
        "earlier": _earlier(args.earlier),
        "confirmed": args.confirm,
    }


def run(args: argparse.Namespace, t: Texts) -> int:
    """List every dose, or work one out; without a dose the exit code is "cannot say"."""
    from bedside_dx.app.documents import dose_document
    from bedside_dx.app.dosing import dose

    if args.drug == LIST:
        return _list(args, t)
    found = dose(
        args.drug,
        row=args.row,
        auc=args.auc,
        is_first=args.first,
        percent=args.percent,
        surface=args.surface,
        gfr=args.gfr_method,
        creatinine_floor_umol_l=args.creatinine_floor_umol_l,
        round_within=args.round_within / 100,
        **person_options(args),
    )
    if args.json:
        print_json(dose_document(found, t))
    else:
        print("\n".join(dose_lines(found, t)))
    return int(Exit.DONE if found.status is DoseStatus.DOSE else Exit.CANNOT_SAY)


def _list(args: argparse.Namespace, t: Texts) -> int:
    from bedside_dx.app.documents import table_document
    from bedside_dx.app.dosing import dose_table

    table = dose_table()
    if args.json:
        print_json(table_document(table, t))
        return int(Exit.DONE)
    rows = [
        (
            t.of(drug.name),
            row.key,
            sentence_of(row.setting, t),
            amount_words(row, t),
            schedule_words(row, t),
        )
        for drug in table.drugs
        for row in drug.rows
    ]
    print_columns([(t("Drug"), t("Name"), t("Where"), t("Dose"), t("Schedule")), *rows])
    print(
        t(
            "{rows:count} doses of {drugs:count} drugs, each with its source ({version})."
            " Research use only.",
            rows=len(rows),
            drugs=len(table.drugs),
            version=table.version,
        )
    )
    return int(Exit.DONE)


def _earlier(stated: list[str] | None) -> dict[str, float] | None:
    if stated is None:
        return None
    found: dict[str, float] = {}
    for text in stated:
        if text == "none":
            continue
        name, _, amount = text.partition("=")
        try:
            mg = float(amount.replace(",", "."))
        except ValueError:
            raise DoseError("dose.earlier", text=text) from None
        found[name.strip().casefold()] = found.get(name.strip().casefold(), 0) + mg
    return found
