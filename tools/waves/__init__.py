"""Known bugs of public projects on wavefronts of 64 lanes, and places that only look like one."""
