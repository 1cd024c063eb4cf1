"""Rules about shared memory, the LDS of a compute unit."""
