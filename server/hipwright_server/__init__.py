"""Everything that compiles, runs and compares programs: toolchains, targets, the notebook magics."""
