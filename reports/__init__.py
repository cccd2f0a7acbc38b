"""How a result is said: text, JSON, HTML and PDF of a diagnosis, and pages of knowledge in words. Decides nothing."""

from reports.questions import explain_question
from reports.render import render
from reports.show import show
from reports.tell import tell_measures

__all__ = ["explain_question", "render", "show", "tell_measures"]
