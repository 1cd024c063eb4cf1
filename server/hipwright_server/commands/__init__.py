"""The commands that compile and run, one module each; entry points name them to `hipwright.cli`."""

from hipwright_server.commands.compare import compare
from hipwright_server.commands.replay import replay
from hipwright_server.commands.run import run
from hipwright_server.commands.targets import targets
from hipwright_server.commands.verify import verify

__all__ = ["compare", "replay", "run", "targets", "verify"]
