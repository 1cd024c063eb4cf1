"""The porting engine: finds what must change in CUDA source, says why, and changes exactly that.

Importing this package is cheap on purpose (the command line starts in a blink): nothing is
imported here, take what you need from its modules.
"""

__version__ = "0.1.0"
