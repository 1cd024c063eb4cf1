"""What compiles for a device. One file a toolchain; `discover` finds which are on this machine."""

from hipwright_server.toolchains.base import Compiled, CompileJob, Toolchain

__all__ = ["CompileJob", "Compiled", "Toolchain"]
