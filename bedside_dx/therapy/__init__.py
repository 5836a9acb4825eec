"""Disease and biomarkers to therapy options with their evidence: proposed, never prescribed."""
