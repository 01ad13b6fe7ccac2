"""Build ``readings.txt``: every reading in pypinyin (MIT) with the GBK characters that have it.

A line is a reading, the characters of which it is the first reading, a bar, and those of which it is another.

python -m ingest.repair.build_readings
"""

import sys

from pypinyin.pinyin_dict import pinyin_dict

from ingest.repair.characters import READINGS_FILE
from ingest.repair.gbk import CODES, FIRST_PAIR


def main() -> int:
    """Write the file beside the code."""
    chars_of: dict[str, tuple[list[str], list[str]]] = {}
    for char, code in sorted(CODES.items(), key=lambda item: item[1]):
        if code >= FIRST_PAIR and ord(char) in pinyin_dict:
            for rank, reading in enumerate(pinyin_dict[ord(char)].split(",")):
                chars_of.setdefault(reading, ([], []))[min(rank, 1)].append(char)
    lines = [
        f"{reading} {''.join(first)}|{''.join(other)}\n"
        for reading, (first, other) in sorted(chars_of.items())
    ]
    READINGS_FILE.write_text("".join(lines), encoding="utf-8")
    sys.stdout.write(f"{READINGS_FILE.name}: {len(lines)} readings\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
