"""The notebook's magics: `%%cuda`, `%%hip` and `%hipwright`.

%%cuda                 compile and run the cell (on the CPU device, unless --on says otherwise)
%%hip                  port the cell's CUDA to HIP and run that; a cell that is HIP runs as it is
%%hip --compare        run the original and the port side by side
%%hip --race           … with a check: also --sanitize, --uninitialised, --lockstep, --leaks
%%cuda --name k.cuh    keep the cell as a header for later cells
%hipwright targets     what can run here, and on other machines
"""

from __future__ import annotations

import re
import shlex
import sys
import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click
from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.display import display

from hipwright_server.commands.options import (
    ARGUMENTS,
    CHECK_OPTIONS,
    WithArguments,
    checks_from,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from hipwright_server.program import PortedFinding, Program
    from hipwright_server.run import Dialect, Run
    from hipwright_server.targets import RunOptions
    from hipwright_server.targets.checks import Check

_MAIN = re.compile(rb"\bmain\s*\(")
_SHOWN_BYTES = 1024 * 1024  # of a program's output; a notebook keeps all that is shown
_MUTED = "opacity:0.7;font-size:12px"


class CellError(Exception):
    """A cell that failed. The notebook shows the message alone, and "run all" stops here."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def _option(*names: str, **settings: Any) -> click.Option:
    return click.Option(names, **settings)


def _command(name: str) -> click.Command:
    """What a cell magic understands, as a click command: it brings errors and `--help`."""
    return WithArguments(
        name,
        help="Compile and run this cell. What stands after -- are the program's arguments.",
        params=[
            _option("--on", "targets", default="", metavar="TARGET", help="Where to run it."),
            _option("--compare", is_flag=True, help="Run original and port side by side."),
            _option("--show-port", is_flag=True, help="Show the port's source."),
            _option("--name", default="", metavar="FILE", help="Keep the cell as a file instead."),
            _option(
                "--with",
                "sources",
                default="",
                metavar="FILE,…",
                help="Kept files to compile along.",
            ),
            _option("--args", "arguments", default="", help="The program's arguments, one text."),
            _option("--flags", default="", help="Compiler flags, as one text."),
            _option("--arch", default="", help="GPU architecture, such as sm_90 or gfx942."),
            _option("--timeout", type=float, default=120.0, help="Seconds until it is ended."),
            _option("--rtol", type=float, help="Relative tolerance of the comparison."),
            _option("--atol", type=float, help="Absolute tolerance of the comparison."),
            _option("--ulp", type=int, help="Representable numbers that elements may lie apart."),
            _option(
                "--schedule",
                type=click.Choice(["friendly", "adversarial"]),
                default="friendly",
                help="Order of warps on the CPU device.",
            ),
            *[
                _option(f"--{name}", is_flag=True, help=f"{text} CPU device only.")
                for name, text in CHECK_OPTIONS
            ],
        ],
    )


# Held while a thread imports: see _import_targets.
_importing = threading.Lock()


def _parse(magic: str, line: str) -> dict[str, Any] | None:
    """The options on a magic's line; None when it only asked for help.

    Raises:
        UsageError: something on the line is not understood.
    """
    command = _command(magic)
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"{magic}: {error}") from None
    if "--help" in words or "-h" in words:
        with click.Context(command, info_name=magic) as context:
            print(command.get_help(context))
        return None
    try:
        with command.make_context(magic, words) as context:
            options = dict(context.params)
            after = context.meta[ARGUMENTS]
        options["arguments"] = (*shlex.split(options["arguments"]), *after)
        options["flags"] = tuple(shlex.split(options["flags"]))
        options["checks"] = checks_from(options)
    except click.ClickException as error:
        raise UsageError(f"{magic}: {error.format_message()} ({magic} --help)") from None
    except ValueError as error:
        raise UsageError(f"{magic}: {error}") from None
    return options


@magics_class
class HipwrightMagics(Magics):
    """`%%cuda`, `%%hip`, `%hipwright`."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._saved: dict[str, bytes] = {}

    @cell_magic
    def cuda(self, line: str, cell: str) -> None:
        """Compile and run a cell of CUDA."""
        self._cell("%%cuda", line, cell)

    @cell_magic
    def hip(self, line: str, cell: str) -> None:
        """Port a cell to HIP, and run the port; or, with --compare, both side by side."""
        self._cell("%%hip", line, cell)

    @line_magic
    def hipwright(self, line: str) -> None:
        """`%hipwright targets`: what can run. `%hipwright files`: the cells kept by --name."""
        words = line.split()
        if words == ["targets"]:
            _import_targets()
            _show_targets()
        elif words == ["files"]:
            for name, text in self._saved.items():
                print(f"{name}: {text.count(10)} lines")
            if not self._saved:
                print("No cell is kept. Begin one with %%cuda --name FILE.")
        else:
            raise UsageError("%hipwright targets, or %hipwright files")

    def _cell(self, magic: str, line: str, cell: str) -> None:
        _import_targets()
        options = _parse(magic, line)
        if options is None:
            return
        # The first line of the cell is the magic: with an empty one in its place, the compiler
        # counts the lines as the notebook does.
        content = b"\n" + cell.encode()
        if options["name"]:
            self._keep(options["name"], content)
            return
        if not _MAIN.search(content):
            raise UsageError(
                f"{magic}: this cell has no main(). Add one that calls the kernels, or keep the "
                f"cell for others with {magic} --name kernels.cuh, and include it there"
            )
        try:
            if magic == "%%cuda" and _is_hip(content):
                magic = "%%hip"
                _display(_note("This cell is HIP: run as %%hip."))
            program = self._program(magic, content, options)
            if options["compare"]:
                _compare(program, options)
            else:
                _run(magic, program, options)
        except ValueError as error:
            raise UsageError(f"{magic}: {error}") from None

    def _keep(self, name: str, content: bytes) -> None:
        if not re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*", name) or ".." in name.split("/"):
            raise UsageError(f"--name {name}: give a plain file name, such as kernels.cuh")
        known = "Kept again" if name in self._saved else "Kept"
        self._saved[name] = content
        print(f'{known} as {name}: #include "{name}" in later cells.')

    def _program(self, magic: str, content: bytes, options: dict[str, Any]) -> Program:
        from hipwright_server.program import dialect_of, load_text

        # A cell of %%hip may be CUDA, to be ported, or HIP already.
        dialect: Dialect = "cuda" if magic == "%%cuda" else dialect_of("cell", content)
        return load_text(
            "cell.cu" if dialect == "cuda" else "cell.hip",
            content,
            dialect=dialect,
            directory=Path.cwd(),
            saved=self._saved,
            with_sources=[name for name in options["sources"].split(",") if name],
            flags=options["flags"],
            arguments=options["arguments"],
        )


def _is_hip(content: bytes) -> bool:
    from hipwright_server.program import is_hip

    return is_hip(content)


def _note(sentence: str) -> dict[str, str]:
    """A quiet line as a mimebundle."""
    return {
        "text/plain": f"hipwright: {sentence}",
        "text/html": f'<div style="{_MUTED}">{escape(sentence)}</div>',
    }


def _run_options(options: dict[str, Any]) -> RunOptions:
    from hipwright_server.targets import RunOptions

    return RunOptions(
        seconds=options["timeout"],
        architecture=options["arch"],
        schedule=cast(Literal["friendly", "adversarial"], options["schedule"]),
        checks=options["checks"],
    )


def _run(magic: str, program: Program, options: dict[str, Any]) -> None:
    """Run a cell and show what came of it, its output while it runs."""
    from hipwright_server.program import port_program
    from hipwright_server.targets import find

    findings: tuple[PortedFinding, ...] = ()
    name = options["targets"] or ("cpu:32" if magic == "%%cuda" else "cpu:64")
    target = find(name)
    if program.dialect == "cuda" and (magic == "%%hip" or target.dialect == "hip"):
        ported = port_program(program)
        program, findings = ported.program, ported.findings
    if options["show_port"]:
        _show_source(program)
    run = target.run(program, _run_options(options), _limited(_write))
    bundle = _run_bundle(run, findings)
    if bundle is not None:
        _display(bundle)
    problem = _problem(run, program) or _found(run, options["checks"])
    if problem:
        raise CellError(problem)


def _compare(program: Program, options: dict[str, Any]) -> None:
    """Run original and port side by side, and show the comparison."""
    from hipwright_server.compare import Tolerance
    from hipwright_server.compare.programs import compare_contenders, original_and_port
    from hipwright_server.compare.render import mimebundle

    tolerance = Tolerance(options["rtol"], options["atol"], options["ulp"])
    names = [name.strip() for name in options["targets"].split(",") if name.strip()]
    contenders = original_and_port(program, names)
    if options["show_port"]:
        _show_source(contenders[-1].program)
    waiting = ", ".join(f"{each.label} on {each.target.name}" for each in contenders)
    handle = _display(
        {
            "text/plain": f"Running {waiting} …",
            "text/html": f'<i style="{_MUTED}">Running {escape(waiting)} …</i>',
        },
        display_id=True,
    )
    # What the last one prints is shown as it comes; the result holds what all of them printed.
    last = len(contenders) - 1
    shown = _limited(_write)

    def show(index: int, stream: str, text: str) -> None:
        if index == last:
            shown(stream, text)

    comparison = compare_contenders(contenders, tolerance, _run_options(options), show)
    handle.update(mimebundle(comparison), raw=True)
    if any(side.run.status.value == "interrupted" for side in comparison.sides):
        raise CellError("hipwright: interrupted")


def _display(bundle: dict[str, Any], **options: Any) -> Any:
    """Show a mimebundle; with `display_id=True`, the handle to update it by."""
    return display(bundle, raw=True, **options)  # type: ignore[no-untyped-call]


def _write(stream: str, text: str) -> None:
    print(text, end="", file=sys.stdout if stream == "stdout" else sys.stderr, flush=True)


def _limited(write: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """Hand on output until it is more than a notebook should keep."""
    left = _SHOWN_BYTES

    def show(stream: str, text: str) -> None:
        nonlocal left
        if left <= 0:
            return
        write(stream, text[:left])
        left -= len(text)
        if left <= 0:
            write("stderr", f"\nhipwright: output beyond {_SHOWN_BYTES // 1024} KiB is not shown\n")

    return show


def _show_source(program: Program) -> None:
    for file in program.files:
        text = file.text.lstrip("\n")
        page = (
            f'<details open><summary style="cursor:pointer;font-weight:600">{escape(file.name)}, '
            f"in {'HIP' if program.dialect == 'hip' else 'CUDA'}</summary>"
            f'<pre style="font-size:12px;max-height:400px;overflow:auto">{escape(text)}</pre>'
            "</details>"
        )
        _display({"text/plain": text, "text/html": page})


def _run_bundle(run: Run, findings: tuple[PortedFinding, ...]) -> dict[str, str] | None:
    """A quiet line about the run, with what the device and the port want to be known."""
    from hipwright_server.compare import words
    from hipwright_server.compare.as_json import run_json

    data = run_json(run)
    if run.status.value in ("compile-error", "unavailable"):
        return None
    about = [words.ran_on(data), words.ended(data)]
    if run.status.value != "compiled":
        about.append(f"ran in {words.ran_in(data)}")
    about.append(f"compiled {'' if run.cached else 'in '}{words.compiled_in(data)}")
    about.append(run.toolchain)
    plain = ["hipwright: " + ", ".join(about)]
    page = [f'<div style="{_MUTED}">{escape(", ".join(about))}</div>']
    for report in data["reports"][:8]:
        where = words.report_place(report)
        plain.append(f"{report['message']} ({where})" if where else report["message"])
        page.append(
            '<div style="border-left:3px solid #b7791f;padding:0 0 0 12px;margin:4px 0">'
            f'{escape(report["message"])}<br><span style="{_MUTED}">{escape(where)}</span></div>'
        )
    for finding in findings:
        text = f"{words.place(_finding_place(finding))}: {finding.code} {finding.message}"
        plain.append(f"left to do: {text}")
        page.append(
            '<div style="border-left:3px solid #868e96;padding:0 0 0 12px;margin:4px 0">'
            f"left to do: {escape(text)}</div>"
        )
    for name, (cell,) in words.resource_rows([data]):
        plain.append(f"{name}: {cell}")
        page.append(f'<div style="{_MUTED}">{escape(f"{name}: {cell}")}</div>')
    return {"text/plain": "\n".join(plain), "text/html": "".join(page)}


def _finding_place(finding: PortedFinding) -> dict[str, Any]:
    return {"file": finding.file, "line": finding.line}


def _found(run: Run, checks: tuple[Check, ...]) -> str:
    """What the checks have found, in a line: a cell with such a report has not passed."""
    from hipwright_server.targets.checks import NOTES

    found = sum(report.kind not in NOTES for report in run.reports)
    if not checks or not found:
        return ""
    return f"hipwright: the checks have found {found} problem{'s' if found != 1 else ''}"


def _problem(run: Run, program: Program) -> str:
    """What went wrong, in lines that a person reads; "" when nothing did."""
    if run.status.value == "compile-error":
        errors = [each for each in run.diagnostics if each.severity == "error"]
        lines = []
        texts = {file.name: file.text.splitlines() for file in program.files}
        for each in errors[:20]:
            if each.place is None:
                lines.append(f"error: {each.message}")
                continue
            lines.append(f"{each.place.file}:{each.place.line}: error: {each.message}")
            source = texts.get(each.place.file, [])
            if 0 < each.place.line <= len(source):
                lines.append(f"    {source[each.place.line - 1].strip()}")
        if len(errors) > 20:
            lines.append(f"and {len(errors) - 20} more errors")
        return "\n".join(lines) or f"hipwright: it does not compile: {run.message}"
    if run.status.value == "ok":
        if run.exit_status:
            return f"hipwright: the program ended with exit status {run.exit_status}"
        return ""
    if run.status.value == "compiled":
        return ""
    return f"hipwright: {run.message.rstrip('.')}"


def _show_targets() -> None:
    import io

    from rich.console import Console

    from hipwright_server.commands.targets import targets_table
    from hipwright_server.targets import available

    try:
        descriptions = [target.describe() for target in available()]
    except ValueError as error:
        raise UsageError(str(error)) from None
    console = Console(file=io.StringIO(), width=120, color_system=None, force_jupyter=False)
    console.print(targets_table(descriptions))
    assert isinstance(console.file, io.StringIO)
    print(console.file.getvalue().rstrip())


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics, and get the compiler ready while the user still writes."""
    shell.register_magics(HipwrightMagics(shell))
    threading.Thread(target=_get_ready, name="hipwright-get-ready", daemon=True).start()


def _import_targets() -> None:
    """Import what cells need, once: two threads in one package may meet half-way."""
    with _importing:
        import hipwright_server.cpu
        import hipwright_server.targets  # noqa: F401


def _get_ready() -> None:
    _import_targets()
    from hipwright_server.process import end_orphans
    from hipwright_server.targets.cpu import get_ready

    end_orphans()
    get_ready()
