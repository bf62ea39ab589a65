using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Versions;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>What there is in an installation that needs something or is needed.</summary>
public enum NodeKind
{
    Agent,
    Tool,
    Instance,
    Plugin,
    Model,
    Configuration,
    Job,

    /// <summary>A server that tools are called at over MCP.</summary>
    Mcp,
}

/// <summary>Tells the things of an installation apart: <c>plugin:12</c>, or <c>model:openai/gpt-4.1</c>.</summary>
/// <param name="Key">The number of the row; where there is no row, the name.</param>
public readonly record struct NodeId(NodeKind Kind, string Key)
{
    private const char Unknown = '?';

    internal string Name => Key.TrimStart(Unknown);

    public static NodeId Of(NodeKind kind, int id) => new(kind, $"{id}");

    /// <summary>Something that has no row, by its name: never the same as a row's number.</summary>
    public static NodeId OfUnknown(NodeKind kind, string name) => new(kind, $"{Unknown}{name}");

    /// <summary>Null for what is none.</summary>
    public static NodeId? Find(string? text) =>
        text?.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < text.Length - 1 && KindOf(text[..colon]) is { } kind
            ? new(kind, text[(colon + 1)..])
            : null;

    public static NodeKind? KindOf(string? word) =>
        word is { Length: > 0 } && char.IsAsciiLetter(word[0]) && Enum.TryParse<NodeKind>(word, ignoreCase: true, out var kind)
            ? kind
            : null;

    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}:{Key}";
}

/// <summary>One thing of the installation.</summary>
/// <param name="Version">As it states it itself; null where it states none.</param>
/// <param name="IsKnown">False for what others need and nobody has.</param>
public sealed record DependencyNode(
    [property: JsonIgnore] NodeId Node,
    string Name,
    string? Version = null,
    bool IsEnabled = true,
    bool IsKnown = true
)
{
    public string Id => Node.ToString();

    public NodeKind Kind => Node.Kind;

    /// <summary>What its page is called after: the number of its row; null where it has none.</summary>
    [JsonIgnore]
    public int? RowId =>
        IsKnown && Node.Kind is not NodeKind.Model && int.TryParse(Node.Key, System.Globalization.CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    /// <summary>Such as "plugin search".</summary>
    [JsonIgnore]
    public string Title => $"{Kind.ToString().ToLowerInvariant()} {Name}";
}

/// <summary>How it is with something that is needed.</summary>
public enum NeedState
{
    Satisfied,

    /// <summary>It is not there, or not in a version that will do.</summary>
    Unmet,

    /// <summary>Another one needs a version of it that can't be this one's too.</summary>
    Conflicting,

    /// <summary>It is there, and switched off.</summary>
    Disabled,
}

/// <summary>That one thing needs another.</summary>
/// <param name="Range">The versions that will do, as it is written; null for any.</param>
/// <param name="Why">In a sentence, why it is not satisfied.</param>
public sealed record DependencyEdge(
    [property: JsonIgnore] NodeId FromNode,
    [property: JsonIgnore] NodeId ToNode,
    string? Range,
    NeedState State,
    string? Why
)
{
    public string From => FromNode.ToString();

    public string To => ToNode.ToString();
}

/// <summary>That one thing needs another, as it is declared.</summary>
public sealed record Need(NodeId From, NodeId To, string? Range = null, RangeNotation Notation = RangeNotation.Npm);

/// <summary>Something that is wrong, in a sentence.</summary>
/// <param name="Of">Where it is wrong.</param>
public sealed record DependencyProblem([property: JsonIgnore] NodeId Of, string Text)
{
    public string Node => Of.ToString();
}
