"""The benchmark: the bridge beside what a user would otherwise run, in one run on one machine."""
