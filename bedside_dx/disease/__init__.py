"""Diagnosis and patient to a disease model: stage, prognosis, what would change it."""
