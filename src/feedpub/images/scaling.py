"""Images in a web size: scaled down, upright, in their own colors, and without other metadata.

The same picture and width give the same bytes with one version of Pillow; another version may
encode them differently. Pages may ask for any width, and for either type.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import msgspec

from feedpub.errors import ImageError
from feedpub.images.pictures import ImageType, open_whole

if TYPE_CHECKING:
    from PIL import Image as Pictures
    from PIL.Image import Image as Picture

ScaledType = Literal["image/jpeg", "image/webp"]

_QUALITY = 82
# EXIF: who made a picture, and whose it is.
_KEPT_TAGS = (0x013B, 0x8298)
_ORIENTATION = 0x0112
_TURNED = frozenset({5, 6, 7, 8})  # by a quarter
_SUFFIXES: dict[ScaledType, str] = {"image/jpeg": "jpg", "image/webp": "webp"}


class Scaled(msgspec.Struct, frozen=True):
    """A picture in a smaller size, as a file."""

    content: bytes
    type: ScaledType
    width: int
    height: int


def name_scaled(source: str, width: int, type: ScaledType) -> str:
    """Name a scaled picture by its source and its width, as bytes differ between encoders.

    Args:
        source: The digest of its source, or the name of the file that begins with that.
    """
    return f"{source[:16]}-{width}.{_SUFFIXES[type]}"


def choose_type(content: bytes) -> ScaledType | None:
    """Choose the type of a scaled picture: WebP where it is transparent; None if it moves."""
    with open_whole(content) as picture:
        if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
            return None
        return "image/webp" if picture.has_transparency_data else "image/jpeg"


def scale(content: bytes, width: int, type: ScaledType) -> Scaled:
    """Scale a whole file down to a width; a picture that is not wider keeps its size.

    Raises:
        ImageError: It can't be decoded.
    """
    (scaled,) = scale_all(content, [(width, type)])
    return scaled


def scale_all(content: bytes, wanted: Iterable[tuple[int, ScaledType]]) -> list[Scaled]:
    """Scale a whole file down to some widths and types, as `scale` does, and decode it once.

    Raises:
        ImageError: It can't be decoded.
    """
    from PIL import Image as Pictures
    from PIL import ImageOps

    scaled: list[Scaled] = []
    small: dict[tuple[int, bool], Picture] = {}
    with open_whole(content) as opened:
        exif, profile = opened.getexif(), opened.info.get("icc_profile")
        kept = Pictures.Exif()
        for tag in _KEPT_TAGS:
            if isinstance(exif.get(tag), str):
                kept[tag] = exif[tag]
        upright = ImageOps.exif_transpose(opened)
        whole = upright if upright is not None else opened
        for most, type in wanted:
            keeps_alpha = type == "image/webp"
            picture, own_profile = _to_rgb(whole, profile, keeps_alpha=keeps_alpha)
            width = min(most, picture.width)
            height = max(1, round(picture.height * width / picture.width))
            key = width, keeps_alpha and picture.mode == "RGBA"
            if key not in small:
                small[key] = picture.resize((width, height), Pictures.Resampling.LANCZOS)
            encoded = _encode(small[key], type, kept, own_profile)
            scaled.append(Scaled(encoded, type, width, height))
    return scaled


def read_upright_size(content: bytes) -> tuple[int, int]:
    """Read the width and the height that a picture is shown with, in pixels."""
    with open_whole(content) as picture:
        width, height = picture.size
        is_turned = picture.getexif().get(_ORIENTATION) in _TURNED
        return (height, width) if is_turned else (width, height)


def _encode(picture: Picture, type: ScaledType, exif: Pictures.Exif, profile: object) -> bytes:
    held = io.BytesIO()
    more: dict[str, object] = {"exif": exif.tobytes()} if len(exif) else {}
    if profile is not None:
        more["icc_profile"] = profile
    if type == "image/webp":
        picture.save(held, "WEBP", quality=_QUALITY, method=4, **more)
    else:
        picture.save(held, "JPEG", quality=_QUALITY, optimize=True, progressive=True, **more)
    return held.getvalue()


def _to_rgb(
    picture: Picture, profile: bytes | None, *, keeps_alpha: bool
) -> tuple[Picture, bytes | None]:
    """Make a picture one of red, green and blue; other color spaces by their profile."""
    if picture.mode in ("RGB", "L") or (keeps_alpha and picture.mode == "RGBA"):
        return picture, profile
    if picture.mode in ("CMYK", "LAB") and profile is not None:
        from PIL import ImageCms

        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
        except ImageCms.PyCMSError as error:
            raise ImageError("has a color profile that can't be used") from error
        if changed is not None:
            return changed, None
    if picture.mode.startswith("I"):  # 16 bits a pixel
        return picture.point(lambda value: value / 256).convert("L"), None
    kept = profile if picture.mode in ("P", "RGBA", "RGBX") else None
    return picture.convert("RGBA" if keeps_alpha else "RGB"), kept


SCALABLE: frozenset[ImageType] = frozenset({"image/jpeg", "image/png", "image/webp", "image/avif"})
