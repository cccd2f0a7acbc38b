"""How knowledge is applied: answers → facts → deficits → limiter → prescription. Knows no sport."""
