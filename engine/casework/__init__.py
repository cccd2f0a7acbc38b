"""Rules tried on cases: cornerstone athletes, cases about single rules, which rules the cases reach, and new cases.

Cases about rules lie in `rule_cases/` beside the pages, one file for a deficit or limiter. They are no knowledge (no
diagnosis rests on them), so they are not loaded with it and do not enter its hash.

    rule_cases, cornerstones ← coverage ← generate
"""
