"""Files of sprints → entries, and `sprints:` of an athlete's file → runs. Nothing is guessed and nothing is dropped.

values      one entry: numbers with units, words, days
splits      pairs of distance and time in their order
starts      what is said about a start, held against itself
items       `sprints:` of an athlete's file
tables      a CSV file or a workbook as titles and rows
vocabulary  what titles, units and a few words in cells are called, in four languages
titles      one title: what its column holds, and in which unit
columns     what all titles say, and which layout a table has
cells       one cell of a table, and the mistakes in it
described   what rows say about who ran, and how
rows        the rows of a table as athletes with sprints
slopes      speeds of a laser that tells places and no speeds
traces      the file of one trace
writing     runs as `sprints:` of an athlete's file
files       a whole file of any kind

No numerical library is needed here; `engine/sprint/analysis.py` says what the runs mean.
"""

from engine.sprint.reading.columns import ColumnsUnknown
from engine.sprint.reading.files import read_sprint_file
from engine.sprint.reading.items import read_items
from engine.sprint.reading.writing import item_of, write_items

__all__ = ["ColumnsUnknown", "item_of", "read_items", "read_sprint_file", "write_items"]
