"""Rules about macros that CUDA's compiler defines, and AMD's does not."""
