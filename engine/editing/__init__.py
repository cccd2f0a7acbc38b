"""Changing pages on a coach's word: splice one value, add or take away an entry, remember, take back.

Nothing here prints or asks. Every change goes through `journal.apply`, which loads the changed pages before it writes.
"""
