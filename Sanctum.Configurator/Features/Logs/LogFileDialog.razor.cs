using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>Adds a followed file, or changes one.</summary>
public sealed partial class LogFileDialog
{
    private static readonly IReadOnlyList<Choice<LogFileFormat>> Formats = [.. Enum.GetValues<LogFileFormat>().Select(format => new Choice<LogFileFormat>(format, LogFileWords.FormatOf(format)))];

    private static readonly IReadOnlyList<Choice<string>> Sources = [new("system", "The system"), new("agent", "An agent"), new("tool", "A tool"), new("plugin", "A plugin")];

    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required LogFileForm Form { get; set; }

    [Inject]
    public required LogFileService Files { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized()
    {
        _context = new(Form);
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
            switch (await Files.SaveAsync(Form, CancellationToken.None))
            {
                case Outcome<LogFileRow>.Done done:
                    Shown.Close(done.Value.IsOn ? $"{done.Value.Path} is followed." : $"{done.Value.Path} is saved, and paused.");
                    break;
                case Outcome<LogFileRow>.Refused refused:
                    Refuse(refused.Reasons);
                    break;
                case Outcome<LogFileRow>.Stale:
                    _notice = "Somebody else changed this file after you opened the form. Cancel and open it again to see the change.";
                    break;
                case Outcome<LogFileRow>.Missing:
                    _notice = "This file has been removed from the list.";
                    break;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        foreach (var (field, reason) in reasons.Where(r => r.Key.Length > 0))
        {
            _refusals.Add(_context.Field(field), reason);
        }

        _notice = reasons.GetValueOrDefault("");
        _context.NotifyValidationStateChanged();
    }
}
