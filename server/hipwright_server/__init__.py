"""All that compiles, runs and compares programs: toolchains, targets, the notebook magics."""


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Say where the built labextension is, for an install that links to it while we develop."""
    return [{"src": "labextension", "dest": "hipwright"}]
