"""Puts the built JupyterLab extension into the wheel, where JupyterLab looks for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "server/hipwright_server/labextension"
INSTALLED = "share/jupyter/labextensions/hipwright"


class LabextensionHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the built labextension to a wheel's shared data.

    It is done here and not in pyproject.toml because the engine alone can be installed from a fresh
    clone (`SKIP_JUPYTER_BUILDER=1`), before there is anything built to add.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the labextension, or stop a release that lacks it.

        Raises RuntimeError when a wheel would be made without the labextension by accident.
        """
        built = Path(self.root) / BUILT
        if version == "standard" and (built / "build_log.json").exists():
            # It names folders of the machine that it was built on.
            raise RuntimeError(f"{BUILT} is a development build: run `npm run build` first")
        if (built / "package.json").is_file():
            build_data["shared_data"][BUILT] = INSTALLED
            # An editable install through a development link leaves its copy among what was built.
            if not (built / "install.json").exists():
                build_data["shared_data"]["install.json"] = f"{INSTALLED}/install.json"
        elif version == "standard" and not os.environ.get("SKIP_JUPYTER_BUILDER"):
            raise RuntimeError(f"{BUILT} is missing: the labextension was not built")
        else:
            self.app.display_warning("No labextension was built: JupyterLab cannot show it.")
