using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>
/// Shows what is in agent files before they are imported, asks about tools that are there already, and imports them one by one.
/// </summary>
public sealed partial class ImportDialog
{
    private const int MostFiles = 20;
    private const int MostSecrets = 50;
    private const string Keep = "keep";
    private const string Overwrite = "overwrite";

    private static readonly IReadOnlyList<Choice<string>> Ways =
    [
        new(Keep, "Keep the server's source"),
        new(Overwrite, "Overwrite with the file's source"),
    ];

    private List<Chosen> _files = [];
    private string _existing = "";
    private string _doing = "";
    private int _imported;

    [Inject]
    public required AgentImport Import { get; init; }

    protected override string Thing => "file";

    private List<Chosen> Waiting => _files.FindAll(file => file is { Preview: not null, Done: null, Problem: null });

    private List<string> Existing => [.. Waiting.SelectMany(file => file.Preview!.ExistingTools).Distinct().Order(StringComparer.Ordinal)];

    private List<string> UnknownModels => [.. Waiting.SelectMany(file => file.Preview!.UnknownModels).Distinct()];

    private bool IsV1 => Waiting.Exists(file => file.Preview!.There.Kind == LettaKind.V1);

    /// <summary>Some may have been imported before it is left.</summary>
    internal override void Cancel() => Close(_imported);

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    private IReadOnlyList<Choice<string>> Offered(Func<AgentParts, IReadOnlyList<string>> of) =>
        [new("", "As in the file"), .. Choice.Of(Waiting is [{ Preview: { } first }, ..] ? of(first.There) : [])];

    private Task ReadAsync(InputFileChangeEventArgs chosen)
    {
        _files = [];
        return RunAsync(async () =>
        {
            if (chosen.FileCount > MostFiles)
            {
                State.Say($"Choose at most {MostFiles} files.");
                return;
            }

            try
            {
                foreach (var file in chosen.GetMultipleFiles(MostFiles))
                {
                    (_doing, var read) = ($"Reading {file.Name}", new Chosen(file.Name));
                    _files.Add(read);
                    StateHasChanged();
                    await ReadAsync(read, file);
                }
            }
            catch (IOException)
            {
                State.Say("The browser stopped sending the file. Choose it again.");
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

        await using var content = file.OpenReadStream(AgentFileReader.LongestFile, Closed);
        read.Content = await AgentImport.HoldAsync(content, Closed) ?? [];
        var outcome = await Import.PreviewAsync(read.Content, Closed);
        read.Preview = (outcome as Outcome<ImportPreview>.Ok)?.Value;
        read.Problem = outcome.ProblemWith(file.Name);
        read.Secrets = (read.Preview is { There.Kind: LettaKind.V1 } preview ? preview.File.Blank : [])
            .Take(MostSecrets)
            .ToDictionary(key => key, _ => (string?)null);
    }

    protected override async Task<Outcome<int>> SaveAsync()
    {
        Form.OverrideExistingTools = _existing.Length == 0 ? null : _existing == Overwrite;
        foreach (var file in Waiting)
        {
            _doing = $"Importing {file.Name}";
            StateHasChanged();
            Form.Secrets = file.Secrets;
            var outcome = await Import.ImportAsync(file.Content, Form, CancellationToken.None);
            (Form.Secrets, file.Secrets) = (new Dictionary<string, string?>(), []);
            file.Problem = outcome.ProblemWith(file.Name);
            if (outcome is Outcome<ImportedAgents>.Ok { Value.Ids: var ids })
            {
                (_imported, file.Done) = (_imported + ids.Count, $"{AgentLabels.Count(ids.Count, "agent")} imported.");
            }
        }

        return _files.TrueForAll(file => file.Done is not null) ? new Outcome<int>.Ok(_imported) : NotYet;
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
