"""How a sprint is said: one page for each, in text, HTML and PDF, and JSON for programs. Part of *report*.

render     the analyses in the format asked for
views      Analysis → what a template needs
charts     coordinates of the speed curve and of the force-velocity line
words      numbers with their intervals, the verdict and the warnings in words
as_json    Analysis → plain data

`views` and `charts` are imported only when there is a sprint: the curves need the physics, and that needs numpy.
"""
