"""Rules about include directives."""
