"""Evidence: a comparison packed with all that it takes to run it again, on any machine."""

from hipwright_server.evidence.archive import EvidenceError

__all__ = ["EvidenceError"]
