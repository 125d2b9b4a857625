#include "completions/tree.hpp"

namespace corral {

/// Queries corral for everything: starting it is cheaper than a table look-up in PowerShell.
std::string powershell_script() {
  return R"ps1(# PowerShell completion for corral.

Register-ArgumentCompleter -Native -CommandName corral -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The words before the one at the cursor, without their quotes.
    $words = @(foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $element.Value
        } else {
            $element.Extent.Text
        }
    })
    $typed = $wordToComplete.Trim("'", '"')
    # Before PowerShell 7.3 an empty argument is dropped unless it is quoted twice.
    $passing = Get-Variable PSNativeCommandArgumentPassing -ValueOnly -ErrorAction Ignore
    if ($typed -eq '' -and ($null -eq $passing -or "$passing" -eq 'Legacy')) { $typed = '""' }

    $program = $commandAst.GetCommandName()
    foreach ($line in & $program __complete '--' @words $typed 2>$null) {
        if ($line -ceq ':files' -or $line -ceq ':dirs') {
            $lead, $path = '', $wordToComplete
            if ($wordToComplete -match '^(-[^=]*=)(.*)$') { $lead, $path = $Matches[1], $Matches[2] }
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($path) |
                Where-Object { $line -ceq ':files' -or $_.ResultType -eq 'ProviderContainer' } |
                ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new(
                        $lead + $_.CompletionText, $_.ListItemText, $_.ResultType, $_.ToolTip)
                }
            continue
        }
        $value, $description = $line -split "`t", 2
        if (-not $description) { $description = $value }
        $text = $value
        if ($value -match '[^\w./:=+-]') { $text = "'" + $value.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $description)
    }
}
)ps1";
}

}  // namespace corral
