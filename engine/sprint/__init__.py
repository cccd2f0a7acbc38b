"""Sprint physics: split times, radar and tether traces → force-velocity profile, with an honest interval.

`Run` (what was measured) → `Fit` (the mono-exponential model) → `Profile` (force and velocity) → `Gains` (which quality
pays) → `Analysis` (all of it, with what is uncertain). The functions here know no opinion about running; limits,
reference groups and words stand in `knowledge/sprint.yaml`.
"""
