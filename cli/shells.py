"""What lets a shell finish what somebody types: Click's scripts, and one for PowerShell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.shell_completion import ShellComplete, add_completion_class, get_completion_class

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

# Words go a line each: PowerShell has told them apart already. Where it gets no word back it offers
# names of files by itself.
_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = $commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { $_.Value } else { $_.Extent.Text } }
    $env:COMP_WORDS = $words -join "`n"
    $env:COMP_CWORD = $wordToComplete
    $env:%(complete_var)s = 'powershell_complete'
    try {
        %(prog_name)s | Where-Object { $_ } | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, 'ParameterValue', $help)
        }
    } finally {
        Remove-Item 'Env:COMP_WORDS', 'Env:COMP_CWORD', 'Env:%(complete_var)s' -ErrorAction Ignore
    }
}
"""
# What a shell needs before Click's script: macOS begins zsh without what completes.
_BEFORE = {"zsh": "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i; }\n"}


class PowerShellComplete(ShellComplete):
    """Completion for PowerShell, which Click does not have."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is being typed, and that one."""
        words = os.environ.get("COMP_WORDS", "").split("\n")
        incomplete = os.environ.get("COMP_CWORD", "")
        return words[1:-1] if incomplete else words[1:], incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line: the word, and what it is for."""
        return f"{item.value}\t{' '.join((item.help or '').split())}"

    def complete(self) -> str:
        """Return the words that fit, but for names of files."""
        found = self.get_completions(*self.get_completion_args())
        return "\n".join(self.format_completion(item) for item in found if item.type == "plain")


def add_powershell() -> None:
    """Let Click know PowerShell too."""
    add_completion_class(PowerShellComplete)


def script_for(shell: str, command: click.Command) -> str:
    """Return the script by which a shell asks `vinkje` for the words that fit."""
    add_powershell()
    kind = get_completion_class(shell)
    if kind is None:
        raise ValueError(shell)
    asks = kind(command, {}, "vinkje", "_VINKJE_COMPLETE")
    # Not bash's own `source`, which begins a bash to look how old it is.
    return _BEFORE.get(shell, "") + ShellComplete.source(asks)
