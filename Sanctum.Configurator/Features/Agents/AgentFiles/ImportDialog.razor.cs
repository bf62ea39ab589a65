using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>Shows what is in agent files before they are imported, asks about tools that are there already, and imports them one by one.</summary>
public sealed partial class ImportDialog : IDisposable
{
    private const int MostFiles = 20;
    private const int MostSecrets = 50;
    private const string Keep = "keep";
    private const string Overwrite = "overwrite";

    private static readonly IReadOnlyList<Choice<string>> Ways = [new(Keep, "Keep the server's source"), new(Overwrite, "Overwrite with the file's source")];

    private readonly CancellationTokenSource _gone = new();
    private readonly ImportForm _form = new();
    private List<Chosen> _files = [];
    private string _existing = "";
    private string? _notice;
    private string _doing = "";
    private int _imported;
    private bool _isBusy;

    [Inject]
    public required AgentImport Import { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    private List<Chosen> Waiting => _files.FindAll(file => file is { Preview: not null, Done: null, Problem: null });

    private List<string> Existing => [.. Waiting.SelectMany(file => file.Preview!.ExistingTools).Distinct().Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    private IReadOnlyList<Choice<string>> Offered(Func<AgentParts, IReadOnlyList<string>> of) =>
        [new("", "As in the file"), .. Choice.Of(Waiting is [{ Preview: { } first }, ..] ? of(first.There) : [])];

    private Task ReadAsync(InputFileChangeEventArgs chosen)
    {
        (_files, _notice) = ([], chosen.FileCount > MostFiles ? $"Choose at most {MostFiles} files." : null);
        return _notice is not null ? Task.CompletedTask : RunAsync(async () =>
        {
            foreach (var file in chosen.GetMultipleFiles(MostFiles))
            {
                (_doing, var read) = ($"Reading {file.Name}", new Chosen(file.Name));
                _files.Add(read);
                StateHasChanged();
                await ReadAsync(read, file);
            }
        });
    }

    private async Task ReadAsync(Chosen read, IBrowserFile file)
    {
        if (file.Size > AgentFileReader.LongestFile)
        {
            read.Problem = AgentFileReader.TooLong;
            return;
        }

        await using var content = file.OpenReadStream(AgentFileReader.LongestFile, _gone.Token);
        read.Content = await AgentImport.HoldAsync(content, _gone.Token) ?? [];
        var outcome = await Import.PreviewAsync(read.Content, _gone.Token);
        read.Preview = (outcome as Outcome<ImportPreview>.Done)?.Value;
        read.Problem = outcome.ProblemWith(file.Name);
        read.Secrets = (read.Preview?.File.Blank ?? []).Take(MostSecrets).ToDictionary(key => key, _ => (string?)null);
    }

    private Task ImportAsync() => RunAsync(async () =>
    {
        _form.OverrideExistingTools = _existing.Length == 0 ? null : _existing == Overwrite;
        foreach (var file in Waiting)
        {
            _doing = $"Importing {file.Name}";
            StateHasChanged();
            _form.Secrets = file.Secrets;
            var outcome = await Import.ImportAsync(file.Content, _form, CancellationToken.None);
            (_form.Secrets, file.Secrets) = (new Dictionary<string, string?>(), []);
            file.Problem = outcome.ProblemWith(file.Name);
            if (outcome is Outcome<ImportedAgents>.Done { Value.Ids: var ids })
            {
                (_imported, file.Done) = (_imported + ids.Count, $"{AgentWords.Count(ids.Count, "agent")} imported.");
            }
        }

        if (_files.TrueForAll(file => file.Done is not null))
        {
            Shown.Close(_imported);
        }
    });

    private async Task RunAsync(Func<Task> act)
    {
        _isBusy = true;
        try
        {
            await act();
        }
        catch (Exception e) when (e is OperationCanceledException && _gone.IsCancellationRequested)
        {
            // The dialog was closed.
        }
        catch (IOException)
        {
            _notice = "The browser stopped sending the file. Choose it again.";
        }
        finally
        {
            _isBusy = false;
        }
    }

    private sealed class Chosen(string name)
    {
        public string Name => name;

        public byte[] Content { get; set; } = [];

        public ImportPreview? Preview { get; set; }

        /// <summary>Key → what is typed for a secret that is empty in the file.</summary>
        public Dictionary<string, string?> Secrets { get; set; } = [];

        public string? Problem { get; set; }

        public string? Done { get; set; }
    }
}
