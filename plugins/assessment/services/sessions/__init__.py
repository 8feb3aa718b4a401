"""Use-cases of a measurement day: plan, enter, give minutes, decide on questions, paper."""
