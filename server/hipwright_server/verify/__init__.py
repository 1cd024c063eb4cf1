"""The programs of a tree: found, ported, compiled for several targets, run, compared."""
