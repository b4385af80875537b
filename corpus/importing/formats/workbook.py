"""Excel workbooks -> rows of each sheet, from the header on, which need not stand in the first row. Needs openpyxl."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from corpus.errors import MalformedEntry
from corpus.importing.formats.delimited import from_header
from corpus.importing.formats.extra import needed
from corpus.importing.formats.grid import Row
from corpus.native_format.page import Page

MAX_ROWS = 100_000
MAX_UNPACKED_BYTES = 200_000_000


def read(page: Page) -> list[list[Row]]:
    """Return the rows of each sheet that has some. Raises MalformedEntry for a file that is no workbook."""
    openpyxl = needed("openpyxl", page)
    try:
        with zipfile.ZipFile(io.BytesIO(page.raw)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise MalformedEntry("Unpacked, the workbook is too large.", file=page.path, repair="Split it.")
        book = openpyxl.load_workbook(io.BytesIO(page.raw), read_only=True, data_only=True)
        sheets = [list(_rows(sheet)) for sheet in book.worksheets]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        problem = "This is no workbook that can be read."
        raise MalformedEntry(problem, file=page.path, repair="Save it as .xlsx or .csv again.") from error
    return [list(from_header(tuple(rows))) for rows in sheets if rows]


def _rows(sheet: Any) -> Iterator[Row]:
    for number, values in enumerate(sheet.iter_rows(values_only=True, max_row=MAX_ROWS), start=1):
        cells = tuple("" if value is None else str(value).strip() for value in values)
        if any(cells):
            yield Row(cells, number)
