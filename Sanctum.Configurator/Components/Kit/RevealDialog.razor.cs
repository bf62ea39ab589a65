using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Shows a secret to somebody who proves again who he is.</summary>
public sealed partial class RevealDialog
{
    private string? _secret;

    /// <summary>What the secret is called.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>Gives the secret for the password, or refuses. It looks at the permission, too, and leaves the record.</summary>
    [Parameter, EditorRequired]
    public required Func<string, Task<Outcome<string>>> Reveal { get; set; }

    protected override string Thing => "secret";

    /// <summary>Opens it.</summary>
    public static Task ShowAsync(IDialogService dialogs, string name, Func<string, Task<Outcome<string>>> reveal) =>
        dialogs.AskAsync<RevealDialog, bool>(new Dictionary<string, object?> { [nameof(Name)] = name, [nameof(Reveal)] = reveal });

    protected override async Task<Outcome<string>> SaveAsync()
    {
        var outcome = await Reveal(Form.Password);
        if (outcome is not Outcome<string>.Ok { Value: var secret })
        {
            // What was refused stays to be mended: an empty field would say that it is empty, and not what is wrong.
            return new Outcome<string>.Invalid(
                nameof(Form.Password),
                outcome is Outcome<string>.NotFound ? "The secret no longer exists." : outcome.ProblemWith(Name)!
            );
        }

        (_secret, Form.Password) = (secret, "");
        return NotYet;
    }
}
