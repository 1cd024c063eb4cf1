"""Rules about calls whose arguments change, not only their name."""
