"""What the packs that come with the program add to their facts, to be told in every language.

A test holds this list against the packs. What an imported pack adds stays in its own words.
"""

from __future__ import annotations

from bedside_dx.text.message import mark

NOTES = frozenset(
    {
        mark("Both: after an anthracycline, a taxane and trastuzumab"),
        mark(
            "Both: after chemotherapy for metastases, or relapse within 6 months of adjuvant "
            "chemotherapy; or, hormone receptor positive, after endocrine therapy"
        ),
        mark(
            "Both: after trastuzumab and a taxane; also adjuvant for residual disease after "
            "neoadjuvant therapy"
        ),
        mark(
            "Both: astrocytoma or oligodendroglioma of grade 2, from 12 years. EMA: after "
            "surgery only, no immediate radiotherapy or chemotherapy needed"
        ),
        mark(
            "Both: germline BRCA1/2, HER2 negative. EMA: after an anthracycline or a taxane, "
            "adjuvant ones counted"
        ),
        mark(
            "Both: metastatic, castration-resistant, PSMA positive, after an AR pathway "
            "inhibitor and a taxane; FDA since 2025 before a taxane too"
        ),
        mark("Both: metastatic, castration-resistant, after a new hormonal agent"),
        mark("Both: no EGFR or ALK aberration"),
        mark("Both: no EGFR, ALK or ROS1 aberration"),
        mark("Both: whatever the MGMT status"),
        mark(
            "Both: wild-type KRAS and NRAS. EMA: first line with FOLFOX or FOLFIRI, second "
            "with FOLFIRI, alone later. FDA: first line with FOLFOX, alone later"
        ),
        mark("Both: with an aromatase inhibitor. FDA: as initial endocrine-based therapy"),
        mark("EMA: EGFR-activating mutations"),
        mark(
            "EMA: EPAR of 2018; an older table (PMC5542927) names only lines after "
            "chemotherapy and maintenance"
        ),
        mark("EMA: after endocrine therapy alone. FDA: after an endocrine-based regimen"),
        mark("EMA: after endocrine therapy with a CDK4/6 inhibitor. FDA: after endocrine therapy"),
        mark("EMA: after immunotherapy or platinum"),
        mark("EMA: conditional, 2024, after a negative opinion in 2023. FDA: accelerated"),
        mark("EMA: conditional. FDA: accelerated"),
        mark(
            "EMA: conditional; no NTRK inhibitor before, no other treatment option. FDA: "
            "accelerated; progressed, or no satisfactory alternative"
        ),
        mark(
            "EMA: conditional; no satisfactory treatment options. FDA: no satisfactory "
            "alternative, or progressed following treatment"
        ),
        mark("EMA: first line, and after crizotinib"),
        mark("EMA: for lines after fluoropyrimidine only an opinion of 2022 was read"),
        mark("EMA: germline BRCA1/2, after an anthracycline and a taxane, adjuvant ones counted"),
        mark("EMA: no ALK inhibitor before, or after crizotinib"),
        mark(
            "EMA: no ALK inhibitor before, or progressed on others; pages of 2019 name only "
            "the later lines"
        ),
        mark(
            "EMA: no RET inhibitor before (indications in force as listed in 2024); the first"
            " authorisation, of 2021, only after platinum or immunotherapy"
        ),
        mark("FDA: V600E only, alone"),
        mark("FDA: V600E or V600K only"),
        mark("FDA: accelerated"),
        mark(
            "FDA: solid tumours, progressed following prior treatment, no satisfactory alternative"
        ),
        mark("FDA: accelerated, solid tumours with V600E; low-grade glioma from 1 year also first"),
        mark(
            "FDA: metastatic, castration-resistant, after enzalutamide or abiraterone. EMA: "
            "BRCA1/2 only"
        ),
        mark(
            "FDA: no EGFR or ALK aberration. EMA: second line; the page does not name EGFR or"
            " ALK, this row asks for both all the same"
        ),
        mark(
            "FDA: no EGFR or ALK aberration. EU: application for the two drugs alone "
            "withdrawn in 2020 (pharmatimes.com); approved there with two cycles of "
            "chemotherapy"
        ),
        mark("FDA: not after a BRAF inhibitor. EMA: no activity shown after one"),
        mark("First line only with chemotherapy as well, a regimen of its own"),
        mark(
            "clinical-trial follow-up; confirm HER2 expression and current tumor-agnostic "
            "eligibility"
        ),
        mark("clinical-trial follow-up; not default standard"),
        mark("confirm BRAF V600E; evidence is from case reports"),
        mark("confirm HER2 amplification/overexpression"),
        mark("confirm RET fusion and radioactive-iodine-refractory disease"),
        mark("confirm advanced/unresectable eligibility"),
        mark("confirm biomarker/indication-specific eligibility"),
        mark("confirm indication and line of therapy"),
        mark("confirm prior therapies and indication-specific eligibility"),
        mark("late-clinical follow-up; confirm current regulatory status"),
        mark("late-clinical follow-up; confirm trial or local availability"),
        mark("off-label follow-up; UCS evidence is observational"),
        mark("preclinical follow-up; not a clinical recommendation"),
    }
)
"""Sentences as the supplement and oncoref write them."""
