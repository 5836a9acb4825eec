"""Disease and biomarkers to options, doses, a plan and trials: proposed, never prescribed."""
