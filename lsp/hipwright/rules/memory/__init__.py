"""Rules about memory: where it lies, who sees what when, and what a copy waits for."""
