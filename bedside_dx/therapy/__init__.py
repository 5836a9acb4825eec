"""From a disease and its biomarkers to doses, a plan and trials; nothing is ever chosen here."""
