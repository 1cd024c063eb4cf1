"""Running programs on another machine: an ordinary Jupyter server there, reached by its API."""
