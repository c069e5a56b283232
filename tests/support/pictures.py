"""Pictures as residents send them."""

from __future__ import annotations

from io import BytesIO

from PIL import ExifTags, Image


def picture(kind: str = "JPEG", size=(40, 30), mode: str = "RGB", color="red", **save) -> bytes:
    out = BytesIO()
    Image.new(mode, size, color).save(out, kind, **save)
    return out.getvalue()


def taken_at(latitude, longitude, sides=("N", "W"), orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SecretCam"
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: sides[0],
        ExifTags.GPS.GPSLatitude: latitude,
        ExifTags.GPS.GPSLongitudeRef: sides[1],
        ExifTags.GPS.GPSLongitude: longitude,
    }
    return exif
