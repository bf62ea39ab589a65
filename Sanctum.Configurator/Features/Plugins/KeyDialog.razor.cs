using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Sets one key of a plugin's configuration.</summary>
public sealed partial class KeyDialog
{
    private readonly IReadOnlyList<Choice<string>> _types = Choice.Of(PluginKeys.Types);
    private readonly PluginKeyForm _form = new();
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required int PluginId { get; set; }

    /// <summary>Null for a new key.</summary>
    [Parameter]
    public PluginKeyRow? Row { get; set; }

    [Inject]
    public required PluginKeys Keys { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized()
    {
        (_form.Key, _form.Type, _form.Value) = (Row?.Key ?? "", Row?.Type ?? "string", Row?.Value);
        _context = new(_form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            var set = await Keys.SetAsync(PluginId, _form, Row?.Version, CancellationToken.None);
            if (set is Outcome<PluginKeyRow>.Done)
            {
                Shown.Close($"{_form.Key} is set.");
                return;
            }

            foreach (var (field, reason) in (set as Outcome<PluginKeyRow>.Refused)?.Reasons.Where(r => r.Key.Length > 0) ?? [])
            {
                _refusals.Add(_context.Field(field), reason);
            }

            _notice = set is Outcome<PluginKeyRow>.Refused refused ? refused.Reasons.GetValueOrDefault("") : set.ProblemWith(_form.Key);
            _context.NotifyValidationStateChanged();
        }
        finally
        {
            _isBusy = false;
        }
    }
}
