"""Every word a person reads, in French and English: widgets, messages, errors and reports."""

from bedside_dx.text.catalogue import LANGUAGES, Texts, system_language, texts

__all__ = ["LANGUAGES", "Texts", "system_language", "texts"]
