"""The encoding of a text that somebody sends: found, and the text as UTF-8."""

import codecs
import re
import unicodedata
from collections.abc import Iterator

from banyan.science.files.faults import FileFault, Reason

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CANDIDATES = ["cp1258", "cp1252", "gb18030"]
_SAMPLE = 1 << 16
_LETTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")
FEW_ZEROS = 3
_BELLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})


ZERO = Reason(
    "the text holds a zero byte; the file was damaged on its way", "văn bản có byte 0; tệp bị hỏng khi chuyển"
)


def find_encoding(path: str, data: bytes) -> str:
    """Return the name of the encoding of `data`; bytes that are no text are a fault.

    UTF-8 and UTF-16 are recognised by their form; only what is neither is left to statistics,
    among the encodings in which registries of the region have kept their files.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    wide = _find_wide(data[:_SAMPLE])
    if wide:
        return wide
    _refuse_binary(path, data[:_SAMPLE])
    if b"\0" in data:
        raise FileFault(path, ZERO, line=_find_line(data, data.index(b"\0")))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        refuse_damaged(path, data, error)
        return _guess_encoding(path, data)
    return "utf-8"


def decode_text(path: str, data: bytes, encoding: str) -> bytes:
    """Return `data` as UTF-8 without byte-order mark, composed (NFC) where the encoding was an older one."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = _find_line(data, error.start)
        raise FileFault(
            path,
            Reason(f"the bytes are not {encoding} text", f"các byte không phải văn bản {encoding}"),
            line=line,
        ) from error
    if not encoding.startswith("utf"):
        text = unicodedata.normalize("NFC", text)
    if "\0" in text:
        raise FileFault(path, ZERO, line=text.count("\n", 0, text.index("\0")) + 1)
    return text.removeprefix("\ufeff").encode("utf-8")


def is_utf8(chunks: Iterator[bytes]) -> bool:
    """Whether a text is UTF-8 throughout; one that holds zero bytes is looked at as something else."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    clean = True
    try:
        for chunk in chunks:
            if b"\0" in chunk:
                return False
            if clean and chunk.isascii():
                continue
            decoder.decode(chunk)
            clean = decoder.getstate()[0] == b""
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def refuse_damaged(path: str, data: bytes, error: UnicodeDecodeError) -> None:
    """Refuse a text that is UTF-8 but for its last letter or a few places: reading it otherwise garbles the rest."""
    if error.end >= len(data) and error.reason == "unexpected end of data":
        reason = Reason("the file is cut short in the middle of a letter", "tệp bị cắt cụt ở giữa một chữ")
        raise FileFault(path, reason, line=_find_line(data, error.start)) from error
    sample = data[max(0, error.start - _SAMPLE) : error.start + _SAMPLE]
    letters, wrong = len(_LETTER.findall(sample)), len(_HIGH.findall(_LETTER.sub(b"", sample)))
    if letters >= 4 * wrong:
        reason = Reason(
            "the text is UTF-8, but here stand bytes that are not; the file was damaged on its way",
            "văn bản là UTF-8 nhưng ở đây có byte sai; tệp bị hỏng khi chuyển",
        )
        raise FileFault(path, reason, line=_find_line(data, error.start)) from error


def _find_line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _find_wide(sample: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of ordinary text is zero."""
    pairs = len(sample) // 2
    if pairs < 2 or b"\0" not in sample:
        return None
    low, high = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if high > 0.4 * pairs and low < 0.02 * pairs:
        return "utf-16-le"
    if low > 0.4 * pairs and high < 0.02 * pairs:
        return "utf-16-be"
    return None


def _refuse_binary(path: str, sample: bytes) -> None:
    bells = len(sample) - len(sample.translate(None, _BELLS))
    # a zero or two in a text are said with their line
    if bells > 0.01 * len(sample) or sample.count(0) > FEW_ZEROS:
        raise FileFault(
            path,
            Reason(
                "this is no table: the file holds neither text nor Parquet nor XLSX",
                "đây không phải một bảng: tệp không phải văn bản, Parquet hay XLSX",
            ),
        )


def _guess_encoding(path: str, data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 -- slow import, seldom needed

    at = next(i for i, byte in enumerate(data) if byte > 127)
    start = data.rfind(b"\n", 0, at) + 1
    sample = b"\n".join(
        line for line in data[start : start + 16 * _SAMPLE].split(b"\n") if not line.isascii()
    )
    best = from_bytes(sample[:_SAMPLE], cp_isolation=_CANDIDATES).best()
    if best is None:
        raise FileFault(
            path,
            Reason(
                "the encoding of the text cannot be told; save the file as UTF-8",
                "không nhận ra bảng mã của văn bản; hãy lưu tệp dạng UTF-8",
            ),
        )
    return best.encoding
