"""The accent color of a site, fitted to light and dark pages so that everyone can read it."""

from __future__ import annotations

# As in page.css: what pages are written on by day and by night, and the darkest raised part.
_PAPER, _NIGHT = (0xFC, 0xFA, 0xF6), (0x17, 0x16, 0x14)
_LEAST = 4.6  # a little more than WCAG 2.2 asks of text (success criterion 1.4.3)
_STEPS = 40

_Color = tuple[int, int, int]


def fit_accent(color: str) -> tuple[str, str]:
    """Fit a color to light and to dark pages: darker or lighter, as far as its contrast needs.

    Args:
        color: In hexadecimal, such as "#a01818" or "#a11".
    """
    digits = color.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = bytes.fromhex(digits)
    own = (red, green, blue)
    return _fit(own, _PAPER, (0, 0, 0)), _fit(own, _NIGHT, (255, 255, 255))


def measure_contrast(one: _Color, other: _Color) -> float:
    """Measure the contrast of two colors (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((_measure_luminance(one), _measure_luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _fit(color: _Color, ground: _Color, end: _Color) -> str:
    for step in range(_STEPS + 1):
        share = step / _STEPS
        red, green, blue = (
            round(own + (last - own) * share) for own, last in zip(color, end, strict=True)
        )
        if measure_contrast((red, green, blue), ground) >= _LEAST:
            break
    return f"#{red:02x}{green:02x}{blue:02x}"


def _measure_luminance(color: _Color) -> float:
    parts = (part / 255 for part in color)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
