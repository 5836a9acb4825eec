"""The style sheet of the window, written out of the tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

from bedside_dx.ui import theme

if TYPE_CHECKING:
    from bedside_dx.ui.theme import Palette


def style_sheet(p: Palette) -> str:
    """Qt style sheet of one theme.

    Widgets say what they are with the dynamic properties ``role`` (labels and panels) and
    ``kind`` (buttons).
    """
    return "\n".join((_text(p), _panels(p), _buttons(p), _fields(p), _scrolling(p)))


def qt_palette(p: Palette) -> QPalette:
    """Qt palette of one theme, for what a style sheet does not reach."""
    roles = {
        QPalette.ColorRole.Window: p.canvas,
        QPalette.ColorRole.WindowText: p.ink,
        QPalette.ColorRole.Base: p.surface,
        QPalette.ColorRole.AlternateBase: p.sunken,
        QPalette.ColorRole.Text: p.ink,
        QPalette.ColorRole.PlaceholderText: p.faint,
        QPalette.ColorRole.Button: p.surface,
        QPalette.ColorRole.ButtonText: p.ink,
        QPalette.ColorRole.Mid: p.hairline,
        QPalette.ColorRole.Dark: p.outline,
        QPalette.ColorRole.Highlight: p.accent,
        QPalette.ColorRole.HighlightedText: p.on_accent,
        QPalette.ColorRole.Link: p.accent,
        QPalette.ColorRole.Accent: p.accent,
        QPalette.ColorRole.ToolTipBase: p.surface,
        QPalette.ColorRole.ToolTipText: p.ink,
    }
    palette = QPalette()
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    return palette


def _text(p: Palette) -> str:
    return f"""
* {{ font-size: {theme.BASE}px; color: {p.ink}; outline: none; }}
QWidget#window {{ background: {p.canvas}; }}
QLabel {{ background: transparent; }}
QLabel[role="section"] {{ font-size: {theme.SECTION}px; font-weight: 600; }}
QLabel[role="caption"] {{ font-size: {theme.CAPTION}px; color: {p.faint}; }}
QLabel[role="heading"] {{ font-size: {theme.CAPTION}px; font-weight: 600; color: {p.faint}; }}
QLabel[role="soft"] {{ color: {p.soft}; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="warning"] {{ color: {p.suspicious}; }}
QLabel[role="verdict"] {{
    font-family: "Inter Display", "Inter"; font-size: {theme.VERDICT}px; font-weight: 600;
}}
QLabel[role="bedside"] {{ font-size: {theme.BEDSIDE}px; }}
QLabel[role="bedside-soft"] {{ font-size: {theme.BEDSIDE}px; color: {p.soft}; }}
QLabel[role="bedside-strong"] {{ font-size: 26px; font-weight: 600; }}
QLabel[role="bedside-verdict"] {{
    font-family: "Inter Display", "Inter"; font-size: {theme.BEDSIDE_VERDICT}px; font-weight: 600;
}}
QLabel[role="badge"] {{
    font-size: {theme.CAPTION}px; font-weight: 600; color: {p.suspicious};
    border: 1px solid {p.suspicious}; border-radius: 4px; padding: 2px 6px;
}}
QLabel[role="bedside-verdict-low"] {{
    font-family: "Inter Display", "Inter"; font-size: {theme.BEDSIDE_VERDICT_LOW}px;
    font-weight: 600;
}}
QLabel[role="bedside-badge"] {{
    font-size: {theme.BEDSIDE}px; font-weight: 600; color: {p.suspicious};
    border: 1px solid {p.suspicious}; border-radius: 6px; padding: 4px 12px;
}}
QLabel[role="key"] {{
    font-size: {theme.CAPTION}px; color: {p.soft}; background: {p.sunken};
    border: 1px solid {p.hairline}; border-radius: 4px; padding: 1px 5px;
}}
QToolTip {{
    background: {p.surface}; color: {p.ink}; border: 1px solid {p.hairline}; padding: 6px 8px;
}}
"""


def _panels(p: Palette) -> str:
    return f"""
QWidget[role="panel"] {{ background: {p.surface}; }}
QFrame[role="floating"] {{
    background: {p.surface}; border: 1px solid {p.hairline}; border-radius: {theme.RADIUS}px;
}}
QWidget[role="stage"] {{ background: {p.canvas}; }}
QWidget[role="well"] {{ background: {p.sunken}; border-radius: {theme.RADIUS}px; }}
QWidget[role="deciding"] {{ background: {p.tint}; border-radius: {theme.RADIUS}px; }}
QFrame[role="line"] {{ background: {p.hairline}; border: none; }}
QFrame[role="drop"] {{
    background: transparent; border: 1px dashed {p.outline}; border-radius: {theme.RADIUS}px;
}}
QFrame[role="drop"][armed="true"] {{ background: {p.tint}; border: 2px solid {p.accent}; }}
QFrame[role="notice"] {{ background: {p.sunken}; border-radius: {theme.RADIUS}px; }}
"""


def _buttons(p: Palette) -> str:
    return f"""
QPushButton {{
    background: transparent; border: 1px solid {p.outline}; border-radius: {theme.RADIUS}px;
    padding: 0 11px; min-height: {theme.CONTROL - 2}px;
}}
QPushButton:hover {{ background: {p.raised}; }}
QPushButton:pressed {{ background: {p.hairline}; }}
QPushButton:focus {{ border: 2px solid {p.accent}; padding: 0 10px;
    min-height: {theme.CONTROL - 4}px; }}
QPushButton:disabled {{ color: {p.faint}; border-color: {p.hairline}; }}
QPushButton[kind="primary"] {{
    background: {p.accent}; color: {p.on_accent}; border: 2px solid {p.accent};
    font-weight: 600; min-height: 36px; padding: 0 14px;
}}
QPushButton[kind="primary"]:hover {{
    background: {p.accent_hover}; border-color: {p.accent_hover};
}}
QPushButton[kind="primary"]:focus {{ border: 2px solid {p.ink}; }}
QPushButton[kind="primary"]:disabled {{
    background: {p.raised}; color: {p.faint}; border-color: {p.raised};
}}
QPushButton[kind="icon"] {{
    border: 2px solid transparent; padding: 0; min-height: 28px; min-width: 28px;
}}
QPushButton[kind="icon"]:focus {{ border: 2px solid {p.accent}; padding: 0; }}
QPushButton[kind="icon"]:checked {{ background: {p.tint}; }}
QPushButton[kind="touch"] {{
    font-size: {theme.BEDSIDE}px; border: 2px solid {p.outline};
    min-height: {theme.TOUCH}px; min-width: {theme.TOUCH}px; padding: 0 20px;
}}
QPushButton[kind="touch"]:focus {{ border: 2px solid {p.accent}; }}
QPushButton[kind="link"] {{
    color: {p.accent}; border: 2px solid transparent; padding: 0 4px; text-align: left;
    min-height: 24px;
}}
QPushButton[kind="flush"] {{
    color: {p.accent}; border: 2px solid transparent; border-radius: 4px; padding: 0 2px 0 0;
    text-align: left; min-height: 24px;
}}
QPushButton[kind="flush"]:hover {{ background: transparent; text-decoration: underline; }}
QPushButton[kind="flush"]:focus {{ border: 2px solid {p.accent}; padding: 0 2px 0 0; }}
QPushButton[kind="link"]:hover {{ background: transparent; text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border: 2px solid {p.accent}; }}
QPushButton[kind="tab"] {{
    color: {p.soft}; border: 2px solid transparent; border-radius: 0; padding: 0 4px;
    border-bottom: 2px solid transparent; min-height: 40px; font-weight: 600;
}}
QPushButton[kind="tab"]:hover {{ color: {p.ink}; background: transparent; }}
QPushButton[kind="tab"]:checked {{ color: {p.ink}; border-bottom: 2px solid {p.accent}; }}
QPushButton[kind="tab"]:focus {{ border: 2px solid {p.accent}; }}
QPushButton[kind="fold"] {{
    border: 2px solid transparent; padding: 0 6px 0 2px; text-align: left; min-height: 24px;
    font-weight: 600;
}}
QPushButton[kind="fold"]:focus {{ border: 2px solid {p.accent}; padding: 0 6px 0 2px; }}
QPushButton[kind="row"] {{ border: 2px solid transparent; padding: 0; text-align: left; }}
QPushButton[kind="row"]:hover {{ background: {p.raised}; }}
QPushButton[kind="row"]:disabled {{ background: transparent; }}
QPushButton[kind="row"]:focus {{ border: 2px solid {p.accent}; }}
QPushButton[kind="segment"] {{ color: {p.soft}; }}
QPushButton[kind="segment"]:checked {{
    color: {p.accent}; background: {p.tint}; border-color: {p.accent}; font-weight: 600;
}}
"""


def _fields(p: Palette) -> str:
    return f"""
QLineEdit, QComboBox {{
    background: {p.sunken}; border: 1px solid {p.outline}; border-radius: {theme.RADIUS}px;
    padding: 0 9px; min-height: {theme.CONTROL - 2}px;
    selection-background-color: {p.accent}; selection-color: {p.on_accent};
}}
QLineEdit:focus, QComboBox:focus {{
    border: 2px solid {p.accent}; padding: 0 8px; min-height: {theme.CONTROL - 4}px;
}}
QPlainTextEdit {{
    background: {p.sunken}; border: 1px solid {p.outline}; border-radius: {theme.RADIUS}px;
    padding: 5px 6px;
    selection-background-color: {p.accent}; selection-color: {p.on_accent};
}}
QPlainTextEdit:focus {{ border: 2px solid {p.accent}; padding: 4px 5px; }}
QLineEdit[wrong="true"] {{ border: 2px solid {p.present}; padding: 0 8px;
    min-height: {theme.CONTROL - 4}px; }}
QComboBox[wrong="true"] {{ border: 2px solid {p.present}; padding: 0 8px;
    min-height: {theme.CONTROL - 4}px; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus {{
    border: none; background: transparent; padding: 0; min-height: 0;
}}
QLineEdit:read-only {{ color: {p.soft}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
    background: {p.surface}; color: {p.ink}; border: 1px solid {p.hairline};
    selection-background-color: {p.tint}; selection-color: {p.ink}; padding: 4px;
}}
QMenu {{ background: {p.surface}; border: 1px solid {p.hairline}; padding: 4px; }}
QMenu::item {{ padding: 6px 16px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {p.tint}; }}
"""


def _scrolling(p: Palette) -> str:
    return f"""
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{
    background: {p.outline}; border-radius: 3px; min-height: 32px; margin: 2px;
}}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QListView {{ background: transparent; border: none; }}
"""
