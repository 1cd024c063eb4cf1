"""Rules about single names: renames, and names that HIP lacks or that are on their way out."""
