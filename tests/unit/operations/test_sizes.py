import pytest

from selfcheck.operations.sizes import format_bytes


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 Bytes"),
        (1023, "1023 Bytes"),
        (1024, "1,0 KB"),
        (1536 * 1024, "1,5 MB"),
        (252 * 1024**3, "252 GB"),
        (5000 * 1024**4, "5000 TB"),  # there is no larger unit
    ],
)
def test_bytes_are_written_with_their_unit(count: int, text: str):
    assert format_bytes(count) == text
