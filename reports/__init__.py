"""How a result is said: text, JSON, HTML and PDF of a diagnosis or a sprint, pages of knowledge in words.

Decides nothing.
"""

from reports.questions import explain_question
from reports.render import render
from reports.show import show
from reports.sprint.render import list_sprints, render_sprint
from reports.tell import tell_measures

__all__ = ["explain_question", "list_sprints", "render", "render_sprint", "show", "tell_measures"]
