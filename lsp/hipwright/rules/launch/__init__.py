"""Rules about kernel launches."""
