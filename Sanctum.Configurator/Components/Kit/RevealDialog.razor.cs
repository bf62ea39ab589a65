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
    private ValidationMessageStore _refusals = null!;
    private string? _secret;
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

    protected override void OnInitialized()
    {
        _context = new(_form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, _) => _refusals.Clear();
    }

    private async Task RevealAsync()
    {
        _busy = true;
        try
        {
            var outcome = await Reveal(_form.Password);
            _secret = (outcome as Outcome<string>.Done)?.Value;
            if ((outcome is Outcome<string>.Missing ? "There is no secret to show any more." : outcome.ProblemWith(Name)) is { } problem)
            {
                _refusals.Add(() => _form.Password, problem);
                _context.NotifyValidationStateChanged();
            }
        }
        finally
        {
            _busy = false;
            _form.Password = "";
        }
    }

    private sealed class PasswordForm
    {
        [Required(ErrorMessage = "Type your password.")]
        public string Password { get; set; } = "";
    }
}
