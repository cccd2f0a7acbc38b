"""How a sprint is said: a page in text, HTML and PDF, a squad as a table, JSON for programs. Part of *report*.

render     the analyses in the format asked for
views      what the page says: chosen, rounded, in words
pictures   its two charts, with words for who cannot see them
room       the printed page: charts and warnings as there is room for them
squad      many sprints, a line each
charts     coordinates of the speed curve and of the force-velocity line
words      numbers with their intervals, the verdict and the warnings in words
as_json    Analysis → plain data
as_csv     a row for each, for spreadsheets

All but `render` are imported only when there is a sprint: the curves need the physics, and that needs numpy.
"""
