"""Sentences by code: why there is no dose, what to look at, what is asked back."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

STATE_AGAIN = mark("No dose was worked out. State it again ({key}).")

ERRORS: dict[str, Message] = {
    "dose.table": Message(
        mark("The table of doses is damaged: {detail}."),
        mark("No dose is shown. Install the program again."),
    ),
    "dose.unknown-drug": Message(
        mark("{name} is not in this table of doses ({made}). Nearest names: {near}."),
        mark("That says nothing about the drug: use its product information. Names: dose list."),
    ),
    "dose.unknown-row": Message(
        mark("There is no dose called {row} for this drug."), mark("There are: {known}.")
    ),
    "dose.missing": Message(
        mark("Not stated: {name}."), mark("No dose is shown without it ({key}).")
    ),
    "dose.not-a-number": Message(mark("{name}: “{value}” is not a number."), STATE_AGAIN),
    "dose.child": Message(
        mark("{value:scale} years: these doses are for adults."),
        mark("No dose was worked out. Ask a paediatric oncologist."),
    ),
    "dose.out-of-range": Message(
        mark(
            "{name}: {value:scale} {unit} can't be right; possible is {low:scale} to {high:scale}."
        ),
        STATE_AGAIN,
    ),
    "dose.out-of-range-slip": Message(
        mark("{name}: {value:scale} {unit} can't be right. It looks like {other}."),
        mark("Nothing was converted and no dose worked out. State {key} in {unit}."),
    ),
    "dose.slip": Message(
        mark(
            "{name}: is {value:scale} {unit} right? It looks like {other}, which would be"
            " {instead:scale} {unit}."
        ),
        mark("Nothing was converted and no dose worked out. State it in {unit}, or confirm {key}."),
    ),
    "dose.pounds": Message(
        mark(
            "Is {value:scale} kg right for {height:scale} cm (BMI {bmi:scale})? In pounds it would"
            " be {instead:scale} kg."
        ),
        mark(
            "Nothing was converted and no dose worked out. State the kilograms, or confirm {key}."
        ),
    ),
    "dose.proportions": Message(
        mark("Is {value:scale} kg right for {height:scale} cm (BMI {bmi:scale})?"),
        mark("No dose was worked out. State height and weight again, or confirm {key}."),
    ),
    "dose.contradicts": Message(
        mark("Uracil of {uracil:scale} ng/mL and the stated DPD activity do not agree."),
        mark("No dose was worked out. Look at the laboratory's report."),
    ),
    "dose.unknown-earlier": Message(
        mark("No source here turns {name} into doxorubicin."),
        mark("There are: {known}. Ask a cardio-oncologist; no dose was worked out."),
    ),
    "dose.earlier": Message(
        mark("“{text}” is no earlier treatment."), mark("Write NAME=MG, such as epirubicin=300.")
    ),
}

QUESTIONS: dict[str, Message] = {
    "dose.question.row": Message(mark("Which dose? Nothing is chosen for you.")),
    "dose.question.surface": Message(
        mark("Two formulas of body surface are {apart:percent} apart: choose one.")
    ),
    "dose.question.gfr": Message(
        mark("Two estimates of the renal function are {apart:percent} apart: measure, or choose.")
    ),
    "dose.question.kidney": Message(
        mark("Two estimates of the renal function lead to different doses: measure, or choose.")
    ),
    "dose.question.dpd-partial": Message(
        mark("Partial DPD deficiency: state the reduced starting dose in percent.")
    ),
    "dose.question.lvef": Message(
        mark("Ejection fraction {lvef:scale}%: cardiologist first, then confirm lvef-percent.")
    ),
}

REASONS: dict[str, Message] = {
    "dose.reason.dpd-complete": Message(
        mark("Complete DPD deficiency: no fluoropyrimidine is given.")
    ),
    "dose.reason.pregnant": Message(
        mark("Pregnancy: no dose is shown here. Decide in a specialised tumour board.")
    ),
    "dose.reason.kidney": Message(
        mark("The source gives no dose for a creatinine clearance up to {limit:scale} mL/min.")
    ),
    "dose.reason.liver": Message(
        mark("The source gives no dose for bilirubin above {limit:scale} µmol/L.")
    ),
    "dose.reason.cumulative": Message(
        mark(
            "Earlier {earlier:scale} mg/m² and {mg_m2:scale} mg/m² now would pass the limit of"
            " {limit:scale} mg/m²."
        )
    ),
}

STEPS: dict[str, Message] = {
    "dose.step.mosteller": Message(
        mark(
            "Body surface, Mosteller: √({height:decimal} × {weight:decimal} / 3600) ="
            " {surface:scale} m²"
        )
    ),
    "dose.step.dubois": Message(
        mark(
            "Body surface, Du Bois: 0.007184 × {weight:decimal}^0.425 × {height:decimal}^0.725 ="
            " {surface:scale} m²"
        )
    ),
    "dose.step.surfaces-agree": Message(
        mark(
            "The two are {apart:percent} apart (up to {most:percent} is accepted): Mosteller is"
            " taken."
        )
    ),
    "dose.step.cockcroft-gault": Message(
        mark(
            "Renal function, Cockcroft-Gault: (140 − {age:decimal}) × {weight:decimal} ×"
            " {factor:decimal} / {creatinine:decimal} = {gfr:decimal} mL/min"
        )
    ),
    "dose.step.ckd-epi": Message(
        mark(
            "CKD-EPI 2021: 142 × min(S/κ; 1)^−{alpha:scale} × max(S/κ; 1)^−1.2 ×"
            " 0.9938^{age:decimal} × {factor:scale} = {indexed:decimal} mL/min per 1.73 m²"
        )
    ),
    "dose.step.de-indexed": Message(
        mark(
            "(S = {creatinine:scale} mg/dL, κ = {kappa:decimal}); for this body: × {surface:scale}"
            " / 1.73 = {gfr:decimal} mL/min"
        )
    ),
    "dose.step.gfrs-agree": Message(
        mark(
            "The two are {apart:percent} apart (up to {most:percent} is accepted):"
            " Cockcroft-Gault is taken."
        )
    ),
    "dose.step.measured": Message(mark("Renal function, measured: {gfr:decimal} mL/min")),
    "dose.step.calvert": Message(
        mark("Calvert: {auc:decimal} × ({gfr:decimal} + 25) = {mg:decimal} mg")
    ),
    "dose.step.m2": Message(
        mark("Dose: {amount:decimal} mg/m² × {surface:scale} m² = {mg:decimal} mg")
    ),
    "dose.step.kg": Message(
        mark("Dose: {amount:decimal} mg/kg × {weight:decimal} kg = {mg:decimal} mg")
    ),
    "dose.step.flat": Message(mark("Dose: {mg:decimal} mg for everybody")),
    "dose.step.kidney": Message(
        mark("Renal function {measured:decimal} mL/min: × {share:percent} = {mg:decimal} mg")
    ),
    "dose.step.liver": Message(
        mark("Bilirubin {measured:decimal} µmol/L: × {share:percent} = {mg:decimal} mg")
    ),
    "dose.step.percent": Message(mark("On request: × {share:percent} = {mg:decimal} mg")),
}

REMARKS: dict[str, Message] = {
    "dose.remark.actual-weight": Message(mark("Worked out with the actual body weight.")),
    "dose.remark.obese": Message(
        mark(
            "BMI {bmi:scale}: the full dose by actual weight is taken, as ASCO advises in obesity"
            " (2021)."
        )
    ),
    "dose.remark.loading": Message(mark("First administration: loading dose.")),
    "dose.remark.no-floor": Message(
        mark("No floor under the creatinine: it counts as it was measured.")
    ),
    "dose.remark.floor": Message(
        mark("Creatinine floor {floor:scale} µmol/L: it counted as {counted:scale} µmol/L.")
    ),
    "dose.remark.low-creatinine": Message(
        mark(
            "Creatinine {creatinine:scale} µmol/L is low: with little muscle the renal function is"
            " overestimated."
        )
    ),
    "dose.remark.capped": Message(
        mark("The renal function, {gfr:scale} mL/min, counts as {most:scale} mL/min.")
    ),
    "dose.remark.cumulative": Message(
        mark(
            "Earlier {earlier:scale} mg/m²; limit {limit:scale} mg/m²: such a dose fits"
            " {times:count} times."
        )
    ),
    "dose.remark.no-earlier": Message(
        mark("No earlier anthracycline was stated: it counts as none. Ask.")
    ),
    "dose.remark.equivalence": Message(
        mark(
            "Earlier anthracyclines are added by their harm to the heart in survivors of childhood"
            " cancer."
        )
    ),
    "dose.remark.too-many-cycles": Message(
        mark("The usual {cycles:count} cycles pass the limit: {times:count} fit.")
    ),
    "dose.remark.no-units": Message(
        mark("Not rounded: no source for the sizes of its vials is in the table.")
    ),
    "dose.remark.not-rounded": Message(
        mark("Whole units would change the dose by {change:percent}: the exact dose stands.")
    ),
    "dose.remark.hbv-chronic": Message(
        mark("Chronic hepatitis B: antiviral prophylaxis through and 12 months beyond treatment.")
    ),
    "dose.remark.hbv-past": Message(
        mark("Past hepatitis B: the risk of reactivation must be assessed.")
    ),
}

CAUTIONS: dict[str, Message] = {
    "dose.caution.heart-additive": Message(
        mark("Radiation of the mediastinum, cyclophosphamide and trastuzumab add to heart harm.")
    ),
    "dose.caution.ast": Message(
        mark("AST 2 to 4 times the upper limit: half the dose; above: a quarter.")
    ),
    "dose.caution.docetaxel-liver": Message(
        mark("Not with bilirubin above the upper limit, or high transaminases and phosphatase.")
    ),
    "dose.caution.corticosteroid": Message(mark("Corticosteroid from the day before.")),
    "dose.caution.paclitaxel-premedication": Message(
        mark("Corticosteroid and antihistamines (H1 and H2) before each infusion.")
    ),
    "dose.caution.neutrophils-1500": Message(mark("Not below 1,500 neutrophils per mm³.")),
    "dose.caution.gemcitabine-time": Message(
        mark("30 minutes: more toxic in more than 60 minutes or more often than weekly.")
    ),
    "dose.caution.her2-anthracycline": Message(
        mark("The heart is most at risk together with anthracyclines.")
    ),
    "dose.caution.t-dm1-liver": Message(
        mark("Transaminases and bilirubin before each dose: liver failure has been seen.")
    ),
    "dose.caution.t-dm1-most": Message(mark("Never more than 3.6 mg/kg.")),
    "dose.caution.menopause": Message(mark("Only after menopause.")),
    "dose.caution.letrozole-liver": Message(
        mark("Cirrhosis or severe hepatic impairment: 2.5 mg every other day.")
    ),
    "dose.caution.vitamin-k": Message(
        mark("Vitamin K antagonists act more strongly: INR more often.")
    ),
    "dose.caution.phenytoin": Message(mark("Phenytoin levels rise: measure them.")),
    "dose.caution.coronary": Message(
        mark("Angina, arrhythmia or heart failure during treatment: withhold it.")
    ),
    "dose.caution.folinic": Message(mark("It increases the effect of fluorouracil.")),
    "dose.caution.neuropathy": Message(
        mark("Persistent neuropathy: grade 2, less; grade 3, consider stopping; grade 4, stop.")
    ),
    "dose.caution.ugt1a1": Message(
        mark(
            "UGT1A1*28 on both copies, from 180 mg/m² on: recommended is a dose lower by 25 to 30%."
            " Ask for Gilbert's syndrome and the genotype."
        )
    ),
    "dose.caution.cyp3a4": Message(
        mark("Strong inducers and inhibitors of CYP3A4 change its level: avoid them.")
    ),
    "dose.caution.surgery-28": Message(
        mark("Not within 28 days of major surgery, and only with the wound healed.")
    ),
    "dose.caution.ras": Message(mark("Only without a RAS mutation: test first.")),
    "dose.caution.gfr-cap": Message(
        mark("The renal function counts up to 125 mL/min; measured is better than estimated.")
    ),
    "dose.caution.auc-range": Message(
        mark("4 to 6 mg/mL·min after earlier treatment; more gains little and harms the marrow.")
    ),
    "dose.caution.nephrotoxic": Message(
        mark("Aminoglycosides and other kidney or ear poisons add up; hydrate.")
    ),
    "dose.caution.ibuprofen": Message(
        mark("Ibuprofen: not around the infusion where the clearance is 45 to 79 mL/min.")
    ),
    "dose.caution.folate": Message(mark("Folic acid and vitamin B12 before and throughout.")),
    "dose.caution.immune": Message(
        mark("Withhold it for severe immune reactions; the dose is not reduced.")
    ),
    "dose.caution.qtc": Message(
        mark("QTc, ejection fraction every three months, and the lungs: watch them.")
    ),
    "dose.caution.alectinib-liver": Message(
        mark("Liver tests every two weeks for three months; severe impairment: 450 mg twice daily.")
    ),
}

SETTINGS: dict[str, Message] = {
    "dose.setting.ac": Message(mark("Breast, adjuvant: AC, with cyclophosphamide")),
    "dose.setting.tac": Message(mark("Breast, adjuvant: TAC")),
    "dose.setting.fec100": Message(mark("Breast, adjuvant: FEC 100")),
    "dose.setting.breast-gemcitabine-paclitaxel": Message(
        mark("Breast, metastatic: gemcitabine and paclitaxel")
    ),
    "dose.setting.breast-her2-21": Message(mark("Breast, HER2 positive: every three weeks")),
    "dose.setting.breast-her2-7": Message(mark("Breast, HER2 positive: weekly")),
    "dose.setting.breast-her2-later": Message(
        mark("Breast, HER2 positive, metastatic: after trastuzumab and a taxane")
    ),
    "dose.setting.breast-endocrine": Message(
        mark("Breast, hormone receptor positive, after menopause")
    ),
    "dose.setting.capecitabine-alone": Message(mark("Colon or breast: alone")),
    "dose.setting.capecitabine-docetaxel": Message(mark("Breast, metastatic: with docetaxel")),
    "dose.setting.capecitabine-combined": Message(mark("Colon: in combination")),
    "dose.setting.folfox4": Message(mark("Colon: FOLFOX 4")),
    "dose.setting.folfox4-bolus": Message(mark("Colon: FOLFOX 4, bolus")),
    "dose.setting.folfox4-infusion": Message(mark("Colon: FOLFOX 4, infusion over 22 hours")),
    "dose.setting.folfiri": Message(mark("Colon, metastatic: FOLFIRI")),
    "dose.setting.folfiri-bolus": Message(mark("Colon, metastatic: FOLFIRI, bolus")),
    "dose.setting.folfiri-infusion": Message(
        mark("Colon, metastatic: FOLFIRI, infusion over 46 hours")
    ),
    "dose.setting.colon-adjuvant": Message(mark("Colon, adjuvant")),
    "dose.setting.colon-metastatic": Message(mark("Colon, metastatic")),
    "dose.setting.nsclc-second": Message(mark("Lung, non-small cell: after platinum")),
    "dose.setting.nsclc-docetaxel-cisplatin": Message(
        mark("Lung, non-small cell: cisplatin and docetaxel")
    ),
    "dose.setting.nsclc-gemcitabine-cisplatin": Message(
        mark("Lung, non-small cell: cisplatin and gemcitabine")
    ),
    "dose.setting.nsclc-pemetrexed-cisplatin": Message(
        mark("Lung, non-squamous: cisplatin and pemetrexed")
    ),
    "dose.setting.nsclc-maintenance": Message(mark("Lung, non-squamous: maintenance")),
    "dose.setting.nsclc-platinum": Message(mark("Lung, non-squamous: with platinum")),
    "dose.setting.nsclc-checkpoint": Message(mark("Lung, non-small cell, PD-L1 positive")),
    "dose.setting.nsclc-egfr": Message(mark("Lung, non-small cell, EGFR mutated")),
    "dose.setting.nsclc-alk": Message(mark("Lung, non-small cell, ALK positive")),
    "dose.setting.carboplatin": Message(mark("With the target that the regimen asks for")),
}

DOSING_MESSAGES: dict[str, Message] = {
    **ERRORS, **QUESTIONS, **REASONS, **STEPS, **REMARKS, **CAUTIONS, **SETTINGS,
}  # fmt: skip
