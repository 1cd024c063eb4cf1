"""What can run a program: devices with their toolchains, on this machine and on others."""

from hipwright_server.targets.base import RunOptions, Target, TargetDescription
from hipwright_server.targets.find import available, find

__all__ = ["RunOptions", "Target", "TargetDescription", "available", "find"]
