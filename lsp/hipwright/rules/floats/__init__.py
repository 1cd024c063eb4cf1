"""Rules about floating point: small formats, and what compilers fuse."""
