"""The text and the picture of a document."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from PIL import Image, ImageOps
from unit_documents import make_changed_pdf, make_image, make_pdf, make_raw_pdf

from selfcheck.documents import DocumentRefused, contents, inspect, picture_of, text_of


def opened(content):
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG"
    assert image.mode == "RGB"
    return image


def test_the_text_of_a_pdf():
    document = inspect(make_pdf("= Zertifikat\nÄnne Groß, 12.11.2026, 8 × 45 Minuten"), "x.pdf")
    assert text_of(document) == "Zertifikat\nÄnne Groß, 12.11.2026, 8 × 45 Minuten"


def test_a_divided_word_is_put_together():
    page = '#set page(width: 70pt, margin: 5pt)\n#set text(lang: "de", hyphenate: true)\n'
    document = inspect(make_pdf(page + "Schulungsnachweis"), "x.pdf")
    assert "\n" in text_of(document) or text_of(document) == "Schulungsnachweis"
    assert text_of(document).replace("\n", "") == "Schulungsnachweis"


def test_the_text_is_bounded():
    pages = inspect(make_pdf("#pagebreak()\n".join(f"Seite {n}\n\n" for n in range(1, 9))), "x.pdf")
    assert "Seite 5" in text_of(pages)
    assert "Seite 6" not in text_of(pages)

    long = inspect(make_pdf("#set text(2pt)\n" + "Wort " * 20_000), "x.pdf")
    assert len(text_of(long)) > 19_000
    assert len(text_of(long)) <= 20_000


def test_no_text_is_no_error():
    document = inspect(make_pdf(), "x.pdf")

    assert text_of(inspect(make_image("PNG"), "x.png")) == ""
    assert text_of(inspect(make_changed_pdf(), "x.pdf")) == ""
    assert text_of(replace(document, content=b"%PDF-nonsense")) == ""


def test_the_picture_of_a_page():
    document = inspect(make_pdf("Eins #pagebreak() Zwei"), "x.pdf")
    first, second = (opened(picture_of(document, page=page)) for page in (0, 1))

    assert first.size == (360, 510)
    assert first.getpixel((0, 0)) == (255, 255, 255)
    assert len(first.getcolors()) > 1
    assert first.tobytes() != second.tobytes()
    assert opened(picture_of(document, width=100)).width == 100


@pytest.mark.parametrize("box", ["0 0 1 14400", "0 0 14400 1", "0 0 14400 14400", "0 0 3 3"])
@pytest.mark.parametrize("width", [1, 360, 10**9])
def test_the_picture_is_bounded_whatever_the_page_is(box, width):
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Resources<<>>>>"
    catalog, pages = "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>"
    document = inspect(make_raw_pdf(catalog, pages, page), "x.pdf")

    image = opened(picture_of(document, width=width))
    assert image.width <= min(width, 2000) + 1
    assert image.height <= 4 * min(width, 2000) + 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_the_picture_of_a_png(mode):
    document = inspect(make_image("PNG", (720, 300), mode), "x.png")
    assert opened(picture_of(document)).size == (360, 150)


def test_small_pictures_stay_small_and_transparent_ones_become_white():
    content = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(content, "PNG")
    image = opened(picture_of(inspect(content.getvalue(), "x.png")))

    assert image.size == (40, 30)
    assert image.getcolors() == [(1200, (255, 255, 255))]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright_and_says_nothing_else(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera"
    content = make_image("JPEG", (2400, 1200), exif=exif, quality=95)
    image = opened(picture_of(inspect(content, "x.jpg")))

    assert image.width == 360
    assert image.height == (180 if orientation < 5 else 720)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).resize(image.size)
    for position in ((5, 5), (image.width - 5, image.height - 5)):
        assert abs(image.getpixel(position)[0] - upright.getpixel(position)[0]) < 12
    assert not image.getexif()
    assert not image.info


@pytest.mark.parametrize("page", [-1, 1])
def test_a_page_that_is_not_there(page):
    for document in (inspect(make_pdf(), "x.pdf"), inspect(make_image("PNG"), "x.png")):
        with pytest.raises(DocumentRefused, match="lässt sich nicht als Bild anzeigen; bitte"):
            picture_of(document, page=page)


def test_what_cannot_be_drawn_is_refused():
    document = inspect(make_pdf(), "x.pdf")
    with pytest.raises(DocumentRefused, match=r"„x.pdf“ lässt sich nicht als Bild anzeigen"):
        picture_of(replace(document, content=b"%PDF-nonsense"))


def test_many_threads_may_ask_at_once():
    documents = [inspect(make_pdf(f"= Zertifikat {number}"), "x.pdf") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(text_of, documents * 20))
        pictures = list(pool.map(picture_of, documents * 3))

    assert texts == [f"Zertifikat {number}" for number in range(8)] * 20
    assert pictures == [picture_of(document) for document in documents] * 3


@pytest.mark.parametrize("ask", [text_of, picture_of])
def test_only_one_thread_at_a_time_enters_pdfium(ask):
    """Two of them may crash the process, but seldom do in a test."""
    document = inspect(make_pdf(), "x.pdf")
    with ThreadPoolExecutor(1) as pool:
        with contents._PDFIUM:
            answer = pool.submit(ask, document)
            with pytest.raises(TimeoutError):
                answer.result(timeout=0.2)
        assert answer.result(timeout=10) == ask(document)
