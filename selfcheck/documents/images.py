"""Is a picture whole, and small enough to be unpacked?"""

import io
import threading

from PIL import Image

from selfcheck.documents.messages import DocumentRefused

# Below the number at which Pillow itself warns. An A4 page scanned at 600 dpi has 35 million.
MAX_PIXELS = 80_000_000

# An allowed picture may take some 320 MB while it is unpacked: one at a time.
_UNPACKING = threading.Lock()


def check_image(content: bytes, image_format: str, source: str) -> None:
    """Unpack the picture once; raises DocumentRefused if it is damaged or too large."""
    try:
        with Image.open(io.BytesIO(content), formats=[image_format]) as image:
            _refuse_size(image, source)
            image.verify()  # the checksums of a PNG; the picture cannot be used afterwards
        with _UNPACKING, Image.open(io.BytesIO(content), formats=[image_format]) as image:
            image.load()
    except DocumentRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels(source) from error
    except Exception as error:  # Pillow's plugins raise nearly everything at damaged data
        raise DocumentRefused(
            f"{source} ist beschädigt oder unvollständig und lässt sich nicht als Bild öffnen; "
            "bitte fotografieren oder scannen Sie den Nachweis noch einmal."
        ) from error


def _refuse_size(image: Image.Image, source: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise too_many_pixels(source)


def too_many_pixels(source: str) -> DocumentRefused:
    """Refuse a picture that would fill the memory."""
    return DocumentRefused(
        f"{source} enthält ein Bild mit mehr als {MAX_PIXELS // 10**6} Megapixeln; "
        "bitte scannen Sie den Nachweis mit geringerer Auflösung, etwa 300 dpi."
    )
