"""Press releases in PDF and Word, and transcripts, become texts in paragraphs."""

from __future__ import annotations

import io
import textwrap
import zipfile
from collections.abc import Sequence
from contextlib import suppress

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from mutations import mutated
from sayso.errors import InputError, NoDocument, NotText, TooLarge
from sayso.intake.documents import read_document
from sayso.intake.items import Item
from sayso.intake.releases import stated_date
from sayso.intake.transcripts import is_transcript, read_transcript

Placed = tuple[float, float, float, str]  # left, baseline, size, words


def pdf(*pages: Sequence[Placed], info: str = "") -> bytes:
    """A PDF file with words at places."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font]
    kids = []
    for page in pages:
        body = b""
        for left, base, size, words in page:
            shown = words.encode("windows-1252")
            for special in (b"\\", b"(", b")"):
                shown = shown.replace(special, b"\\" + special)
            body += b"BT /F1 %g Tf %g %g Td (%s) Tj ET\n" % (size, left, base, shown)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
            % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    objects.append(b"<< %s >>" % info.encode())
    file, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return file + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        count, table, count, count - 1, len(file),
    )  # fmt: skip


def column(text: str, left: float, top: float, width: int, indent: float = 0) -> list[Placed]:
    """A paragraph set in lines of a number of characters."""
    lines = textwrap.wrap(text, width)
    return [(left + (0 if at else indent), top - 13 * at, 11, line) for at, line in enumerate(lines)]


def take(data: bytes, **options: object) -> Item:
    return read_document("a", data, **options)  # type: ignore[arg-type]


BOARD = "The water board said on Tuesday that the pipe under Mill Street had been replaced after two months of work by its own people."
CHAIR = "“We are glad,” said Clara Venn, who leads the board. “Nobody had to go without water for a single day, and that was our aim.”"


def paragraphs(item: Item) -> list[str]:
    return item.document.text.split("\n\n")


@pytest.mark.parametrize("indent", [0, 20])
def test_lines_become_paragraphs_by_the_space_between_them_or_the_indent(indent: float) -> None:
    first = column(BOARD, 72, 700, 60, indent)
    second = column(CHAIR, 72, first[-1][1] - (13 if indent else 24), 60, indent)
    assert paragraphs(take(pdf([*first, *second]))) == [BOARD, CHAIR]


def test_a_paragraph_goes_on_over_running_heads_and_page_numbers() -> None:
    lines = column(BOARD, 72, 660, 60)
    head = (72, 750, 9, "Threll Water, press office")
    begin = (72, 700, 11, "A first paragraph, which is there to be the first.")
    first = [head, begin, *lines[:2], (280, 40, 9, "- more -"), (300, 25, 9, "Page 1 of 2")]
    second = [head, *[(x, y + 40, size, words) for x, y, size, words in lines[2:]], (300, 25, 9, "Page 2 of 2")]
    assert paragraphs(take(pdf(first, second))) == [begin[3], BOARD]


def test_hyphens_of_lines_go_and_those_of_words_stay() -> None:
    lines = [
        "The old-fashioned pump was well known to all, they were told, as a well",
        "built one. It was the most reliable in the whole region, the govern-",
        "ment said, and the well-",
        "known engineer agreed. She called it old-",
        "fashioned, and Anglo-",
        "American.",
    ]
    text = take(pdf([(72, 700 - 13 * at, 11, line) for at, line in enumerate(lines)])).document.text
    assert "government said" in text
    assert "well-known engineer" in text
    assert "old-fashioned, and Anglo-American" in text


def test_columns_are_read_one_after_the_other_below_a_headline() -> None:
    left, right = column(f"{BOARD} {BOARD}", 72, 700, 40), column(f"{CHAIR} {CHAIR}", 330, 697, 40)
    rows = [line for pair in zip(left, right, strict=False) for line in pair]
    rows += left[len(right) :] + right[len(left) :]
    item = take(pdf([(72, 740, 20, "Pipe under Mill Street replaced"), *rows]))
    assert paragraphs(item) == ["Pipe under Mill Street replaced", f"{BOARD} {BOARD}", f"{CHAIR} {CHAIR}"]
    assert item.document.title == "Pipe under Mill Street replaced"


def test_points_of_a_list_are_paragraphs() -> None:
    points = [(90.0, 600.0 - 13 * at, 11.0, f"• Point {at} of the list") for at in range(3)]
    assert paragraphs(take(pdf([*column(BOARD, 72, 660, 60), *points])))[1:] == [words for *_, words in points]


@pytest.mark.parametrize(
    ("claimed", "title"), [("Pipe replaced", "Pipe replaced"), ("Microsoft Word - release_v3.doc", "Pipe replaced"), ("", "Pipe replaced")]
)
def test_the_title_is_what_the_page_has_as_one(claimed: str, title: str) -> None:
    page = [(72.0, 740.0, 18.0, "Pipe replaced"), *column(BOARD, 72, 700, 60)]
    assert take(pdf(page, info=f"/Title ({claimed})")).document.title == title


def test_the_date_is_the_one_that_the_text_states_and_the_files_own_is_only_told() -> None:
    made = "/CreationDate (D:20310305101010)"
    stated = take(pdf([(72, 740, 11, "For immediate release: March 4, 2031"), *column(BOARD, 72, 700, 60)], info=made))
    assert (stated.document.published, stated.warnings) == ("2031-03-04", ())
    silent = take(pdf(column(BOARD, 72, 700, 60), info=made), published="2031-03-06")
    assert silent.document.published == "2031-03-06"
    assert "2031-03-05" in silent.warnings[0]


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (["EASTHOLM, March 4, 2031 — The water board said it was glad, and then it said much more than that at length."], "2031-03-04"),
        (["EASTHOLM (4 March 2031) - The water board said it was glad, and then it said much more than that at length."], "2031-03-04"),
        (["2031-03-04"], "2031-03-04"),
        (["4th of March 2031", "5 March 2031"], None),
        (["Embargoed until 4 March 2031"], None),
        (["31 February 2031"], None),
        (["The board met on 4 March 2031 to speak of the pipe that had burst, and of the pump, and then of all the rest."], None),
        ([], None),
    ],
)
def test_a_release_states_its_day_in_a_line_or_a_dateline(texts: list[str], day: str | None) -> None:
    assert stated_date(texts) == day


def test_a_pdf_without_text_or_that_is_broken_is_an_error() -> None:
    with pytest.raises(NoDocument, match="OCR"):
        take(pdf([]))
    with pytest.raises(NotText, match="PDF"):
        take(b"%PDF-1.7 nothing")
    with pytest.raises(TooLarge):
        take(pdf(column(BOARD, 72, 700, 60)), max_size=50)


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word() -> bytes:
    file = docx.Document()
    file.add_paragraph("For immediate release: 4 March 2031")
    file.add_heading("Pipe replaced", 1)
    file.add_paragraph("The board ").add_run("said it was glad.").bold = True
    file.element.body.insert(
        3,
        parse_xml(
            f'<w:p {W}><w:r><w:t>Kept,</w:t></w:r><w:ins w:id="1" w:author="x"><w:r><w:t> put in,</w:t></w:r></w:ins>'
            '<w:del w:id="2" w:author="x"><w:r><w:delText> gone,</w:delText></w:r></w:del>'
            "<w:sdt><w:sdtContent><w:r><w:t> and chosen.</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        ),
    )
    table = file.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Pipes", "9"
    layout = file.add_table(1, 1)
    layout.cell(0, 0).text = "One."
    layout.cell(0, 0).add_paragraph("Two.")
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


WORD = word()


def test_a_word_file_is_read_with_all_changes_accepted() -> None:
    item = take(WORD)
    assert paragraphs(item) == [
        "For immediate release: 4 March 2031",
        "Pipe replaced",
        "The board said it was glad.",
        "Kept, put in, and chosen.",
        "Pipes\t9",
        "One.",
        "Two.",
    ]
    assert (item.document.title, item.document.published) == ("Pipe replaced", "2031-03-04")


def odt(body: str) -> bytes:
    data = io.BytesIO()
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table"))
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        root = f"<office:document-content{spaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
        file.writestr("content.xml", root)
    return data.getvalue()


ODT = odt(
    '<text:tracked-changes>gone</text:tracked-changes><text:h text:outline-level="1">Pipe <text:span>replaced</text:span></text:h>'
    '<text:p>He<text:s text:c="2"/>left<text:note>1</text:note>,<text:line-break/><text:a>she</text:a> said.</text:p>'
)


def test_an_opendocument_text_is_read_without_notes() -> None:
    item = take(ODT)
    assert paragraphs(item) == ["Pipe replaced", "He  left,\nshe said."]
    assert item.document.title == "Pipe replaced"


def test_entities_of_xml_are_not_expanded_and_a_bomb_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", bytes(70_000_000))
    with pytest.raises(TooLarge):
        take(data.getvalue())


def test_other_zip_archives_are_no_documents() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("a.txt", "x")
    with pytest.raises(NotText, match="zip"):
        take(data.getvalue())


VTT = """WEBVTT - Pipe talk

NOTE made by hand

1
00:00:01.000 --> 00:00:03.000 align:start
<v Clara Venn>We heard a <i>bang</i>

00:00:03.000 --> 00:00:05.000
<v Clara Venn>in the night &amp; ran.</v>

00:00:06.000 --> 00:00:07.000
<v.loud Tom Hale>[applause] Who
told you?
"""
SRT = """1
00:00:01,000 --> 00:00:03,000
MAYOR VENN: The water

2
00:00:03,000 --> 00:00:05,000
is safe.
>> Is it?

3
00:00:06,000 --> 00:00:07,000
- Yes, it is.
- No: it isn't.

4
00:00:07,000 --> 00:00:08,000
♪ music ♪
DR. OSEI (via link): I saw it at 10:30.
"""


def spoken(text: str) -> list[str]:
    assert is_transcript(text)
    return paragraphs(read_transcript("a", text))


def test_voices_of_webvtt_become_turns_with_names() -> None:
    assert spoken(VTT) == ["Clara Venn: We heard a bang in the night & ran.", "Tom Hale: Who told you?"]
    assert read_transcript("a", VTT).document.title == "Pipe talk"


def test_labels_marks_and_dashes_in_srt_part_turns() -> None:
    assert spoken(SRT) == [
        "MAYOR VENN: The water is safe.",
        "Is it?",
        "Yes, it is.",
        "No: it isn't.",
        "DR. OSEI (via link): I saw it at 10:30.",
    ]


def cue(start: int, *lines: str) -> str:
    return f"00:00:{start:02}.000 --> 00:00:{start + 1:02}.000\n" + "\n".join(lines) + "\n\n"


def test_captions_that_roll_up_are_taken_once() -> None:
    rolled = cue(1, "we heard a bang") + cue(2, "we heard a bang", "in the night") + cue(3, "in the night", "and we ran")
    assert spoken("WEBVTT\n\n" + rolled) == ["we heard a bang in the night and we ran"]


def test_a_pause_behind_a_sentence_begins_a_paragraph() -> None:
    assert spoken("WEBVTT\n\n" + cue(1, "We heard it.") + cue(2, "Then nothing.") + cue(20, "In the morning")) == [
        "We heard it. Then nothing.",
        "In the morning",
    ]


def test_a_transcript_without_words_or_above_the_limit_is_refused() -> None:
    with pytest.raises(NoDocument):
        read_transcript("a", "WEBVTT\n\n" + cue(1, "[Music]"))
    with pytest.raises(TooLarge):
        read_transcript("a", VTT, None, 100)
    assert not is_transcript("WEBVTTS are files.")
    assert not is_transcript("12\nA line.")


def with_part(data: bytes, name: str, part: bytes) -> bytes:
    """A zip archive with one of its parts replaced."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(new, "w") as file:
        for each in old.namelist():
            file.writestr(each, part if each == name else old.read(each))
    return new.getvalue()


PDF = pdf(column(BOARD, 72, 700, 40), column(CHAIR, 72, 700, 40), info="/Title (Pipe)")
with zipfile.ZipFile(io.BytesIO(WORD)) as _package:
    BODY = _package.read("word/document.xml")
with zipfile.ZipFile(io.BytesIO(ODT)) as _package:
    CONTENT = _package.read("content.xml")
BYTES = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=200).map(lambda data: b"%PDF-1.7\n" + data),
    mutated(PDF),
    mutated(WORD),
    mutated(ODT),
    mutated(BODY).map(lambda part: with_part(WORD, "word/document.xml", part)),
    mutated(CONTENT).map(lambda part: with_part(ODT, "content.xml", part)),
)


@given(data=BYTES)
def test_any_bytes_give_a_document_or_a_named_error(data: bytes) -> None:
    with suppress(InputError):
        assert take(data).document.text.strip()


@given(
    places=st.lists(
        st.tuples(st.integers(-50, 900), st.integers(-50, 900), st.sampled_from([0, 1, 9, 11, 30, 2000]), st.text("aB-•1. ,", max_size=12)),
        max_size=30,
    )
)
def test_no_word_of_a_page_is_lost_or_made_however_it_is_set(places: list[Placed]) -> None:
    page = [(x, y, size, f"w{at}q") for at, (x, y, size, _) in enumerate(places) if 9 <= size <= 11 and 0 < x < 560 and 20 < y < 780]
    if not page:
        return
    text = take(pdf(page)).document.text
    apart = len({(y // 12, x // 60) for x, y, *_ in page}) == len(page)
    if apart and len({round(y) for _, y, *_ in page}) == len(page):
        assert all(words in text for *_, words in page)
    take(pdf([*page, *[place for place in places if place[3].strip()]]))


PIECES = [
    "1\n",
    "00:00:01.000 --> 00:00:02.000\n",
    "\n",
    "<v A>",
    "NAME: ",
    ">> ",
    "- ",
    "a. ",
    "[x]",
    "♪",
    "<",
    "{\\an8}",
    "NOTE",
    "\0",
    "\ud800",
    "99:",
]


@given(text=st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)))
def test_any_transcript_gives_a_document_or_a_named_error(text: str) -> None:
    is_transcript(text)
    with suppress(NoDocument):
        assert read_transcript("a", "WEBVTT\n\n" + text).document.text.strip()
