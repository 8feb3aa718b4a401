"""Use-cases: start, answer, hand in, invite, keep the bank and the instruments."""
