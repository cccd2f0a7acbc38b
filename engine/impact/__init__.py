"""Two states of the knowledge side by side: what was changed, who is diagnosed otherwise, and by which rule.

    git ← states ← impact        where a state comes from: a folder, a git commit, what was last accepted
    changes ← impact             what differs between two states, never mind the layout
    athletes, judge, screen ← impact    who; one athlete judged by the plain functions
    reasons                      why one athlete is diagnosed so, and what kept a name from being named
"""
