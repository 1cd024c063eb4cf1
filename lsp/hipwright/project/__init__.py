"""A whole project at a glance: what ports by itself, what needs a person, and how much."""
