"""Runs the examples in the docstrings of a module, decorated functions included."""

import doctest
from types import ModuleType


def run_examples(module: ModuleType) -> int:
    """Runs every example of the module's own functions; returns how many there were."""
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    for name, thing in vars(module).items():
        if getattr(thing, "__module__", None) == module.__name__ and callable(thing):
            # module=False: the finder would take a decorated function for a stranger.
            for example in finder.find(thing, name, module=False, globs=dict(vars(module))):
                runner.run(example)
    assert not runner.failures
    return runner.tries
