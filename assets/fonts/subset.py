"""Make the font files of this folder from Inter's variable fonts.

    python assets/fonts/subset.py Inter-roman.var.ttf InterDisplay-roman.var.ttf

Both come from Debian's fonts-inter-variable (4.0~beta7+ds-1). Each weight becomes a font
of its own with the Latin, Greek and Cyrillic scripts, and its figures are made tabular,
so that numbers line up without a renderer that knows OpenType features.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600}
DISPLAY = {"SemiBold": 600}
SCRIPTS = (
    (0x20, 0x24F), (0x2B0, 0x36F), (0x370, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x206F),
    (0x2070, 0x20CF), (0x2100, 0x2193), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2713, 0x2717),
)  # fmt: skip
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case"]


def tabular_figures(font: TTFont) -> None:
    """Let the figures' code points lead to their tabular shapes."""
    table = font["GSUB"].table
    indices = {
        i
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for i in record.Feature.LookupListIndex
    }
    swaps: dict[str, str] = {}
    for index in indices:
        for subtable in table.LookupList.Lookup[index].SubTable:
            single = getattr(subtable, "ExtSubTable", subtable)
            swaps |= getattr(single, "mapping", {})
    for cmap in font["cmap"].tables:
        for code in range(0x30, 0x3A):
            if code in cmap.cmap:
                cmap.cmap[code] = swaps.get(cmap.cmap[code], cmap.cmap[code])


def rename(font: TTFont, family: str, style: str) -> None:
    """Name one weight as programs that know four styles a family expect it."""
    is_regular = style == "Regular"
    names = {
        1: family if is_regular else f"{family} {style}",
        2: "Regular",
        3: f"{family}-{style}; subset",
        4: f"{family} {style}",
        6: f"{family.replace(' ', '')}-{style}",
        16: family,
        17: style,
    }
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[style]


def make(source: Path, family: str, style: str) -> Path:
    """Write one weight as a font of its own."""
    font = instantiateVariableFont(TTFont(source), {"wght": WEIGHTS[style]})
    tabular_figures(font)
    options = Options(layout_features=FEATURES, name_IDs=["*"], hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in SCRIPTS for c in range(low, high + 1)])
    subsetter.subset(font)
    rename(font, family, style)
    for tag in ("STAT", "MVAR", "HVAR", "avar"):
        if tag in font:
            del font[tag]
    path = Path(__file__).parent / f"{family.replace(' ', '')}-{style}.ttf"
    font["head"].modified = font["head"].created
    font.save(path)
    return path


if __name__ == "__main__":
    text, display = map(Path, sys.argv[1:])
    made = [make(text, "Inter", style) for style in WEIGHTS]
    made += [make(display, "Inter Display", style) for style in DISPLAY]
    for file in made:
        print(file.name, file.stat().st_size)
