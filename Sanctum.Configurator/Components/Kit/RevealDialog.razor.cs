using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Shows a secret to somebody who proves again who he is.</summary>
public sealed partial class RevealDialog
{
    private readonly PasswordForm _form = new();
    private EditContext _context = null!;
    private string? _secret;
    private string? _problem;
    private bool _busy;

    /// <summary>What the secret is called.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>Gives the secret for the password, or refuses. It looks at the permission, too, and leaves the record.</summary>
    [Parameter, EditorRequired]
    public required Func<string, Task<Outcome<string>>> Reveal { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    /// <summary>Opens it.</summary>
    public static Task ShowAsync(IDialogService dialogs, string name, Func<string, Task<Outcome<string>>> reveal) =>
        dialogs.AskAsync<RevealDialog, bool>(new Dictionary<string, object?> { [nameof(Name)] = name, [nameof(Reveal)] = reveal });

    protected override void OnInitialized() => _context = new(_form);

    private async Task RevealAsync()
    {
        (_busy, _problem) = (true, null);
        try
        {
            var outcome = await Reveal(_form.Password);
            if (outcome is Outcome<string>.Done done)
            {
                // What was refused stays to be mended: an empty field would say that it is empty, and not what is wrong.
                (_secret, _form.Password) = (done.Value, "");
            }

            _problem = outcome is Outcome<string>.Missing ? "The secret no longer exists." : outcome.ProblemWith(Name);
        }
        finally
        {
            _busy = false;
        }
    }

    private sealed class PasswordForm
    {
        [Required(ErrorMessage = "Enter your password.")]
        public string Password { get; set; } = "";
    }
}
