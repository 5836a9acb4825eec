"""Model packages, and the only way to an inference engine."""
