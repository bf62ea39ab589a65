using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>An old file is chosen, seen through, and taken over.</summary>
public sealed partial class OldConfiguratorPage : IDisposable
{
    private const string EmptyIcon = "upload";
    private const string ResultId = "old-result";

    private readonly CancellationTokenSource _gone = new();
    private readonly HashSet<string> _settings = [];
    private readonly HashSet<string> _users = [];
    private OldContent? _content;
    private OldPreview? _preview;
    private OldPreview? _result;
    private string? _problem;
    private bool _isReading;
    private bool _isBusy;
    private bool _isResultNew;

    [Inject]
    public required OldFileReader Reader { get; init; }

    [Inject]
    public required OldImportService Import { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required ILogger<OldConfiguratorPage> Log { get; init; }

    private string ImportText =>
        _settings.Count + _users.Count == 0 ? "Nothing selected" : $"Import {Counted(_settings.Count, _users.Count)}";

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    /// <summary>The button stood below two tables; what came of it stands above them.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isResultNew)
        {
            _isResultNew = false;
            await Browser.FocusAsync(ResultId);
        }
    }

    private async Task ReadAsync(InputFileChangeEventArgs chosen)
    {
        BeginAnew();
        if (chosen.File.Size > OldFileReader.MaxBytes)
        {
            _problem = $"{chosen.File.Name} is larger than 64 MB. The old configurator's file has only a few hundred kB.";
            return;
        }

        _isReading = true;
        await WorkAsync(
            "The file could not be read.",
            async () =>
            {
                await using var upload = chosen.File.OpenReadStream(OldFileReader.MaxBytes, _gone.Token);
                switch (await Reader.ReadAsync(upload, _gone.Token))
                {
                    case Outcome<OldContent>.Ok read:
                        _content = read.Value;
                        Show(await Import.PreviewAsync(read.Value, _gone.Token));
                        break;
                    case Outcome<OldContent>.Invalid refused:
                        _problem = string.Join(' ', refused.Reasons.Values);
                        break;
                }
            }
        );
        _isReading = false;
    }

    private Task ApplyAsync() =>
        WorkAsync(
            "Nothing was imported: the registry could not be written.",
            async () =>
            {
                // Closing the tab does not tear it.
                switch (await Import.ApplyAsync(_content!, new(_settings, _users), _preview, CancellationToken.None))
                {
                    case Outcome<OldPreview>.Ok done:
                        (_result, _preview, _content, _isResultNew) = (done.Value, null, null, true);
                        Notices.Say($"{Counted(done.Value)} imported.");
                        break;
                    case Outcome<OldPreview>.Conflict stale:
                        Show(new Outcome<OldPreview>.Ok(stale.Current));
                        _problem =
                            "Nothing was imported, because somebody changed the same settings or users in the meantime. Review the changes again.";
                        break;
                    case Outcome<OldPreview>.Invalid refused:
                        _problem = $"Nothing was imported. {string.Join(' ', refused.Reasons.Values)}";
                        break;
                }
            }
        );

    private void Show(Outcome<OldPreview> outcome)
    {
        if (outcome is not Outcome<OldPreview>.Ok { Value: var preview })
        {
            _problem = outcome is Outcome<OldPreview>.Invalid refused ? string.Join(' ', refused.Reasons.Values) : null;
            return;
        }

        _preview = preview;
        _settings.Clear();
        _users.Clear();
        _settings.UnionWith(preview.Takeable.Settings);
        _users.UnionWith(preview.Takeable.Users);
    }

    private async Task WorkAsync(string failure, Func<Task> act)
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            await act();
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (Exception e)
        {
            _problem = $"{failure} See the console's log for details.";
            LogFailed(Log, e);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void BeginAnew()
    {
        (_content, _preview, _result, _problem) = (null, null, null, null);
        _settings.Clear();
        _users.Clear();
    }

    private static string Counted(OldPreview taken) => Counted(taken.Settings.Count, taken.Users.Count);

    private static string Counted(int settings, int users) =>
        (settings, users) switch
        {
            (_, 0) => Of(settings, "setting"),
            (0, _) => Of(users, "user"),
            _ => $"{Of(settings, "setting")} and {Of(users, "user")}",
        };

    private static string Of(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";

    [LoggerMessage(LogLevel.Error, "An old configurator's file could not be imported")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
