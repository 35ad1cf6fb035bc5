"""The workbook in: what bureaus send back, read without trusting it, and written only when it is whole.

Which file does what::

    inspection.py    is this file safe to open at all?
    grid.py          any .xlsx, .csv, .tsv -> cells with addresses
    words.py         labels, years and typed text as people write them -> comparable text
    values.py        what stands in a number cell -> an exact number, or why it is none
    cells.py         a cell of any kind -> the number in it
    plausibility.py  is the number what the row asks for?
    matching.py      a sent-back workbook -> its sheets, columns and rows
    answers.py       the rows of topic sheets -> observations
    lists.py         cases, registers and notes
    mapping.py       a mapping file for plain tables
    tables.py        a plain table through its mapping -> observations
    submission.py    what was read, whatever it was read from
    editions.py      a submission against what is on record: the new files and the rows that differ
    differences.py   the rows that differ, in the words of whoever filled the workbook
    problems.py      one thing wrong, with its cell; as a table for the terminal
    page.py          the same as an HTML page
    marked.py        the same as marks in a copy of the workbook
    importing.py     all of it, in order
"""
