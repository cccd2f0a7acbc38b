"""The pages as a workbook that a coach edits in Excel or LibreOffice, and the way back.

tables      which sheets there are; their columns follow from the schema, their rows from the pages
forms       one value of a page ↔ one cell
writing     tables → a fresh workbook
comparing   workbook against pages: what was changed, what was mistyped, what contradicts
splicing    changed data → changed text of a page, every other byte as it was
importing   all of it together, checked, with the journal
"""
