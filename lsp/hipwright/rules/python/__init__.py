"""Rules about Python: packages, kernels and flags that ROCm has no, or another, counterpart of."""
