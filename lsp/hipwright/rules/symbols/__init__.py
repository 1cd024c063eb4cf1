"""Rules about variables in device memory."""
