"""Word documents for tests, written part by part: whatever a word processor may put into one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style>'
)


def run(text: str) -> str:
    """Write a run of text."""
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """Write a paragraph of runs; plain text may stand for a run."""
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def heading(text: str) -> str:
    """Write a heading in the style that word processors call heading 1."""
    return paragraph(text, properties='<w:pStyle w:val="2"/>')


def cell(text: str, properties: str = "") -> str:
    """Write a cell of a table."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Write a table of texts and ready-made cells."""
    written = ("".join(one if one.startswith("<") else cell(one) for one in row) for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(f'<w:tr>{row}</w:tr>' for row in written)}</w:tbl>"


def write_document(path: Path, *blocks: str, notes: str = "", space: str = W) -> Path:
    """Write a document of blocks, with the footnotes that they refer to."""
    opened = f'xmlns:w="{space}" {SPACES}'
    kinds = {"styles": "styles.xml"} | ({"footnotes": "footnotes.xml"} if notes else {})
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/_rels/document.xml.rels": _relations(kinds),
        "word/document.xml": f"<w:document {opened}><w:body>{''.join(blocks)}<w:sectPr/></w:body></w:document>",
        "word/styles.xml": f"<w:styles {opened}>{STYLES}</w:styles>",
    }
    if notes:
        parts["word/footnotes.xml"] = f"<w:footnotes {opened}>{notes}</w:footnotes>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _relations(targets: dict[str, str]) -> str:
    written = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{written}</Relationships>'
    )
