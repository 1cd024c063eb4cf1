"""Rules about cooperative groups."""
