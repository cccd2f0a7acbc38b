"""What is said about the start of one sprint, held against itself: reactions belong to guns, set-backs to gates."""

from collections.abc import Iterator

from engine.sprint.reading.values import WrongValue


def contradictions(
    start: str | None, *, reaction_time: bool, set_back: bool, model: str | None
) -> Iterator[tuple[str, WrongValue]]:
    """What does not go together, by the key or column that is wrong.

    Args: `start` is None where nothing can be held against it; `reaction_time` and `set_back` say whether they are
    given.
    """
    if reaction_time and start not in (None, "gun"):
        message = "a reaction_time is contained in the times of a gun start only; say `start: gun` or leave it out"
        yield "reaction_time", WrongValue(message, code="contradiction")
    if set_back and start in ("gun", "first_movement"):
        message = f"a set_back says how far behind the first gate the run began, and `start: {start}` has no such gate"
        yield "set_back", WrongValue(message, code="contradiction")
    if model == "fd_fixed" and not set_back:
        message = "the model fd_fixed needs the measured set_back, like `set_back: 0.3 m`"
        yield "model", WrongValue(message, code="missing_key")
