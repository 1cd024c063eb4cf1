"""Rules about functions of CUDA's device library that HIP lacks or has with other properties."""
