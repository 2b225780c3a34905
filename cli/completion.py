"""vinkje completion: let the Tab key finish what somebody types."""

from __future__ import annotations

from gettext import gettext

import click

_INSTALL = {
    "bash": "vinkje completion bash >> ~/.bashrc",
    "zsh": "vinkje completion zsh >> ~/.zshrc",
    "fish": "vinkje completion fish > ~/.config/fish/completions/vinkje.fish",
    # Not the script itself: what stands in a profile already may be in another encoding.
    "powershell": "if (!(Test-Path $PROFILE)) { New-Item $PROFILE -Force }; Add-Content $PROFILE "
    "'vinkje completion powershell | Out-String | Invoke-Expression'",
}


@click.command()
@click.argument("shell", type=click.Choice(tuple(_INSTALL)), metavar="SHELL")
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Let the Tab key finish commands, options and file names.

    For example: vinkje completion powershell

    SHELL is the program that you type commands in: powershell on Windows, zsh on a Mac, bash or
    fish. This shows a script for it, and in its first lines how to install it.
    """
    from cli.shells import script_for

    click.echo(gettext("# Type this once, and then open a new window:"))
    click.echo(f"#   {_INSTALL[shell]}")
    click.echo(script_for(shell, ctx.find_root().command))
