"""Rules about what a device says of itself."""
