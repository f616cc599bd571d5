"""A conversation as one packet."""

import zlib

from support.reference.packing import WORDS, packed, unpacked


def test_rows_come_out_as_they_went_in() -> None:
    rows = {
        "messages": [
            '{"content":"Größe, 大小, \\n and {braces}"}',
            '{"content":"","number":12345678901234567890.123456789}',
        ],
        "reports": [],
        "updates": ['{"sequence":1}'],
    }
    assert unpacked(packed(rows)) == rows


def test_what_all_packets_rely_on_is_never_changed() -> None:
    assert zlib.crc32(WORDS) == 3209094832
