using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.History;

/// <summary>
/// What a change changed: in a line for each column where that is enough, side by side where it is not. JSON is compared key by key.
/// </summary>
public sealed partial class ChangeDetails
{
    private const int MostLines = 6;
    private const int LongestLine = 80;
    private const int MostNames = 4;

    private IReadOnlyList<ColumnChange> _changes = [];
    private bool _isShort;

    [Parameter, EditorRequired]
    public string Act { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<ColumnChange> Changes { get; set; } = [];

    /// <summary>What the table is called, such as "Change 12".</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    private bool HasBefore => Act is "update" or "delete";

    private bool HasAfter => Act != "delete";

    private string Summary =>
        _changes.Count <= MostNames
            ? string.Join(", ", _changes.Select(change => change.Column))
            : $"{string.Join(", ", _changes.Take(MostNames - 1).Select(change => change.Column))} and {_changes.Count - MostNames + 1} more";

    protected override void OnParametersSet()
    {
        _changes = [.. Changes.SelectMany(RowDifference.Apart)];
        _isShort =
            Act == "update" && _changes.Count is > 0 and <= MostLines && _changes.All(change => IsLine(change.From) && IsLine(change.To));
    }

    private static bool IsLine(string? text) =>
        text is null || (text.Length <= LongestLine && !text.Contains('\n', StringComparison.Ordinal));

    private static string Readable(string text)
    {
        try
        {
            return text.TrimStart() is ['{' or '[', ..] ? ReadableJson.Of(JsonNode.Parse(text)!) : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
