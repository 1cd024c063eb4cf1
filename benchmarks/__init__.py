"""Measures hipwright's speed, beside its peers where they are given. Prints, judges nothing."""
