"""Programs and runs as JSON, for the way between two machines."""

from __future__ import annotations

import base64
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hipwright_server.program import Program, SourceFile
from hipwright_server.run import (
    DeviceReport,
    Diagnostic,
    KernelLaunch,
    KernelResources,
    Place,
    Run,
    RunStatus,
)


def program_to_json(program: Program) -> dict[str, Any]:
    """A program, with its files' contents."""
    return {
        "files": [
            {
                "name": file.name,
                "content": base64.b64encode(file.content).decode(),
                "compiled": file.compiled,
            }
            for file in program.files
        ],
        "dialect": program.dialect,
        "flags": [_relative_include(flag, program.root) for flag in program.flags],
        "arguments": list(program.arguments),
    }


def _relative_include(flag: str, root: Path) -> str:
    """An include folder by its place in the program: the other machine has another root."""
    if flag.startswith("-I") and Path(flag[2:]).is_relative_to(root):
        return f"-I{Path(flag[2:]).relative_to(root).as_posix()}"
    return flag


def program_from_json(data: dict[str, Any], root: Path, directory: Path) -> Program:
    """A program from another machine, to run in a directory of this one."""
    return Program(
        files=tuple(
            SourceFile(each["name"], base64.b64decode(each["content"]), each["compiled"])
            for each in data["files"]
        ),
        dialect=data["dialect"],
        root=root,
        directory=directory,
        flags=tuple(data["flags"]),
        arguments=tuple(data["arguments"]),
    )


def run_to_json(run: Run) -> dict[str, Any]:
    """A run without its output and its arrays, which travel beside it."""
    return {
        "target": run.target,
        "dialect": run.dialect,
        "warp_size": run.warp_size,
        "status": run.status.value,
        "message": run.message,
        "exit_status": run.exit_status,
        "signal": run.signal,
        "output_cut": run.output_cut,
        "device": run.device,
        "times": run.times,
        "diagnostics": [asdict(each) for each in run.diagnostics],
        "resources": [asdict(each) for each in run.resources],
        "launches": [asdict(each) for each in run.launches],
        "reports": [asdict(each) for each in run.reports],
        "compile_seconds": run.compile_seconds,
        "run_seconds": run.run_seconds,
        "cached": run.cached,
        "command": list(run.command),
        "toolchain": run.toolchain,
    }


def run_from_json(data: dict[str, Any]) -> Run:
    """A run from another machine, without output and arrays."""

    def place(each: dict[str, Any]) -> Place | None:
        return Place(**each["place"]) if each["place"] else None

    def triple(value: Any) -> Any:
        return tuple(value) if value is not None else None

    simple = {
        key: data[key]
        for key in (
            "target",
            "dialect",
            "warp_size",
            "message",
            "exit_status",
            "signal",
            "output_cut",
            "device",
            "times",
            "compile_seconds",
            "run_seconds",
            "cached",
            "toolchain",
        )
    }
    return Run(
        **simple,
        status=RunStatus(data["status"]),
        command=tuple(data["command"]),
        diagnostics=[
            Diagnostic(each["severity"], each["message"], place(each))
            for each in data["diagnostics"]
        ],
        resources=[KernelResources(**each) for each in data["resources"]],
        launches=[
            KernelLaunch(
                each["kernel"],
                triple(each["grid"]),
                triple(each["block"]),
                each["shared_memory_bytes"],
                each["seconds"],
                place(each),
            )
            for each in data["launches"]
        ],
        reports=[
            DeviceReport(
                each["kind"],
                each["message"],
                each["kernel"],
                place(each),
                triple(each["block"]),
                triple(each["thread"]),
                tuple(each["lanes"]),
            )
            for each in data["reports"]
        ],
    )
