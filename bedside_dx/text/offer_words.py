"""Words of models that publishers offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.publishers import Standing

if TYPE_CHECKING:
    from bedside_dx.core.publishers import Offer
    from bedside_dx.text import Texts


def standing_words(offer: Offer, t: Texts) -> str:
    """How an offered model stands to what is installed."""
    match offer.standing:
        case Standing.NEW:
            return t("new")
        case Standing.NEWER:
            return t("newer than {version}", version=offer.installed)
        case Standing.INSTALLED:
            return t("installed already")
        case Standing.OLDER:
            return t("older than {version}", version=offer.installed)
        case Standing.TAKEN:
            return t("its name is taken here")
