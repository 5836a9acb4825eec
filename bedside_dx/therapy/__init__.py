"""Disease model and biomarkers to therapy options: proposed with their evidence, never prescribed."""
