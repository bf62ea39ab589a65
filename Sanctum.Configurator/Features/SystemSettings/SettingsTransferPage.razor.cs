using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>Exports the active settings, and imports files into them after a dry run.</summary>
public sealed partial class SettingsTransferPage
{
    private const int ShortestPassphrase = 12;

    private static readonly IReadOnlyList<Choice<SettingsFormat>> Formats =
    [
        new(SettingsFormat.Env, ".env"),
        new(SettingsFormat.Json, "JSON"),
        new(SettingsFormat.Yaml, "YAML"),
    ];

    private static readonly IReadOnlyList<Choice<ConflictMode>> Modes =
    [
        new(ConflictMode.Skip, "Skip: keep settings that were changed here"),
        new(ConflictMode.Overwrite, "Overwrite: the file wins"),
        new(ConflictMode.OnlyNew, "Only new: keep everything stored"),
        new(ConflictMode.Fail, "Fail: change nothing at all"),
    ];

    private SettingsFormat _format;
    private string _exportPassphrase = "";
    private string? _exportPassword;
    private string? _exportProblem;
    private bool _exporting;
    private string _text = "";
    private ConflictMode _mode;
    private string _importPassphrase = "";
    private string? _importProblem;
    private ImportReview? _review;
    private bool _importing;

    [Inject]
    public required SettingsTransfer Transfer { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required Reauthentication Reauthentication { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    private async Task ExportAsync()
    {
        var passphrase = _exportPassphrase.Length == 0 ? null : _exportPassphrase;
        _exportProblem =
            passphrase is null ? null
            : passphrase.Length < ShortestPassphrase ? $"A passphrase has at least {ShortestPassphrase} characters."
            : !await User.MayAsync(Policies.RevealSecrets) ? "You don't have permission to export secrets."
            : await Reauthentication.RefuseAsync(_exportPassword ?? "", CancellationToken.None);
        _exportPassword = null;
        if (_exportProblem is not null)
        {
            return;
        }

        _exporting = true;
        try
        {
            var file = await Transfer.ExportAsync(null, _format, passphrase, CancellationToken.None);
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(file.Text));
            await Browser.DownloadAsync(file.FileName, content);
            _exportPassphrase = "";
        }
        finally
        {
            _exporting = false;
        }
    }

    private async Task ReadFileAsync(InputFileChangeEventArgs chosen)
    {
        (_review, _importProblem) = (null, null);
        if (chosen.File.Size > SettingsFile.MaxBytes)
        {
            _importProblem = $"{chosen.File.Name} is larger than 256 kB. Check that it is a settings file.";
            return;
        }

        using var reader = new StreamReader(chosen.File.OpenReadStream(SettingsFile.MaxBytes), Encoding.UTF8);
        _text = await reader.ReadToEndAsync();
        await ImportAsync(isDryRun: true);
    }

    private async Task ImportAsync(bool isDryRun)
    {
        if (!await User.MayAsync(Policies.WriteSettings))
        {
            _importProblem = "Nothing was imported, because you no longer have permission to change settings.";
            return;
        }

        _importing = true;
        try
        {
            var upload = new SettingsUpload(_text, null, _mode, null, _importPassphrase.Length == 0 ? null : _importPassphrase);
            _review = await Transfer.ImportAsync(upload, isDryRun, CancellationToken.None);
            if (_review.IsApplied)
            {
                Notices.Say("The file was imported.");
            }
        }
        finally
        {
            _importing = false;
        }
    }
}
