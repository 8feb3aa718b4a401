"""Pictures made anew: smaller, without what a camera writes into them, harmless to decode."""

from __future__ import annotations

import io
import warnings
from pathlib import PurePath
from typing import TYPE_CHECKING

from lms import Invalid
from plugins.courses.services.media import MEGABYTE, Picture, checked_file

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SIDE = 1600
MOST_PIXELS = 50_000_000
"""A phone's camera gives 12 to 50 million; decoding takes 4 bytes each."""
READ_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
QUALITIES = (82, 70, 55)
PLAIN_ENOUGH = 400_000
"""Bytes up to which a drawing or screenshot stays PNG; larger ones become WebP."""


def clean_picture(name: str, content: bytes) -> tuple[str, Picture]:
    """Give a picture made anew, with the ending that fits it: at most 1600 pixels and 1 MB.

    Place, time and camera are left out. SVG is only checked. Raises Invalid with the name.
    """
    if PurePath(name).suffix.casefold() == ".svg":
        return name, checked_file(name, content)
    try:
        image = _decoded(content)
    except (OSError, ValueError, SyntaxError, Warning) as error:
        raise Invalid(f"{name}: gambar ini tidak dapat dibaca. Simpan sebagai PNG.") from error
    ending, fresh = _encoded(image)
    fresh_name = f"{PurePath(name).stem}{ending}"
    return fresh_name, checked_file(fresh_name, fresh)


def _decoded(content: bytes) -> Image:
    """Decode with limits, turn upright, and make it smaller."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Pillow warns of bombs before it refuses them
        try:
            image = Image.open(io.BytesIO(content), formats=READ_FORMATS)
        except Image.DecompressionBombError as error:
            raise ValueError("too many pixels") from error
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        image.draft("RGB", (MOST_SIDE, MOST_SIDE))
        upright = ImageOps.exif_transpose(image)
        upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        upright.thumbnail((MOST_SIDE, MOST_SIDE))
        fresh = Image.new(upright.mode, upright.size)
        fresh.paste(upright)  # nothing but the pixels
    fresh.format = image.format
    return fresh


def _encoded(image: Image) -> tuple[str, bytes]:
    if image.format != "JPEG":
        drawing = _saved(image, "PNG", optimize=True)
        if len(drawing) <= PLAIN_ENOUGH:
            return ".png", drawing
    ending, kind = (".jpg", "JPEG") if image.format == "JPEG" else (".webp", "WEBP")
    for quality in QUALITIES:
        content = _saved(image, kind, quality=quality)
        if len(content) <= MEGABYTE:
            break
    return ending, content


def _saved(image: Image, kind: str, **options: int | bool) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
