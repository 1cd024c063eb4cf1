"""The commands of the command line, one module each; `hipwright.cli` imports what is asked for."""
