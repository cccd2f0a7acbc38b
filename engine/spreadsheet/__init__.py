"""A workbook somebody sends, opened with care: for the pages a coach edits in Excel, and for tables of sprints.

opening     a workbook → the values of its cells, after its size was looked at
faults      what is wrong with it, told by sheet, row, column and value
"""
