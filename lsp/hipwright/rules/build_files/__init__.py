"""Rules about build files: Makefiles, CMake, shell lines, containers."""
