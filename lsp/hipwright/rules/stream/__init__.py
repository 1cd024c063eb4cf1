"""Rules about streams, events and graphs."""
