"""`hipwright lsp`: the language server, over standard input and output."""

from __future__ import annotations

import click


@click.command("lsp")
@click.option("--stdio", is_flag=True, hidden=True, help="The only way there is; editors pass it.")
def lsp_command(stdio: bool) -> int:
    """Start the language server for an editor, over standard input and output."""
    try:
        import pygls  # noqa: F401 (only whether it is there)
    except ModuleNotFoundError:
        raise click.ClickException(
            "the language server needs the lsp extra: pip install 'hipwright[lsp]'"
        ) from None
    from hipwright.lsp import serve

    return serve()
