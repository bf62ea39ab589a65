using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>Which agents of the V1 server are to be moved, and to which models.</summary>
public sealed class MoveForm
{
    public const int MostAgents = 1000;

    /// <summary>Their ids on the V1 server.</summary>
    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string>? Uids { get; set; }

    /// <summary>Model on the V1 server → one that the App Server offers. Those that it offers under the same name need not be named.</summary>
    [TextLimit(Lengths.Name)]
    public IReadOnlyDictionary<string, string?>? Models { get; set; }

    internal string? ModelFor(string? model, IReadOnlyList<string> offered) =>
        model is not null && Models?.GetValueOrDefault(model) is { Length: > 0 } chosen
            ? offered.Contains(chosen)
                ? chosen
                : null
            : model is not null && offered.Contains(model)
                ? model
                : Models?.GetValueOrDefault("") is { Length: > 0 } any && model is null && offered.Contains(any)
                    ? any
                    : null;
}

/// <summary>An agent of the V1 server.</summary>
/// <param name="AgentId">In the registry; null where it is not there.</param>
public sealed record V1AgentRow(string Uid, string Name, string? Model, int Blocks, int Tools, int? AgentId);

/// <summary>What would become of one agent.</summary>
/// <param name="NewModel">On the App Server; null where one must be chosen first.</param>
/// <param name="Comes">What comes along, a sentence each.</param>
/// <param name="Lost">What stays behind, a sentence each.</param>
/// <param name="AgentId">The agent of the registry that will belong to the new one; null where there is none.</param>
/// <param name="MovedAs">Its id on the App Server, where it was moved before.</param>
/// <param name="IsNameTaken">The App Server has an agent of this name.</param>
public sealed record PlannedMove(
    string Uid,
    string Name,
    string? Model,
    string? NewModel,
    IReadOnlyList<string> Comes,
    IReadOnlyList<string> Lost,
    int? AgentId,
    string? MovedAs,
    bool IsNameTaken
)
{
    /// <summary>What the operator should know before; null for nothing.</summary>
    public string? Note =>
        MovedAs is not null ? $"Moved before as {MovedAs}. It is not made again."
        : NewModel is null ? $"The App Server doesn't offer {Model ?? "a model for it"}. Choose one of its models."
        : IsNameTaken ? "The App Server has an agent of this name. Both keep it."
        : null;
}

/// <summary>What moving would do.</summary>
/// <param name="Models">That the App Server offers.</param>
/// <param name="UnknownModels">Of the agents, that it does not offer.</param>
public sealed record MovePlan(IReadOnlyList<PlannedMove> Agents, IReadOnlyList<string> Models, IReadOnlyList<string> UnknownModels);

/// <summary>How it went with one agent.</summary>
[JsonConverter(typeof(SnakeCaseEnd))]
public enum MoveEnd
{
    /// <summary>Of a dry run: nothing is in the way.</summary>
    WouldMove,
    Moved,

    /// <summary>It was on the App Server already.</summary>
    MovedBefore,
    Failed,

    /// <summary>The move was stopped before it.</summary>
    NotBegun,
}

internal sealed class SnakeCaseEnd()
    : JsonStringEnumConverter<MoveEnd>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

/// <summary>What became of one agent.</summary>
/// <param name="NewUid">On the App Server.</param>
/// <param name="AgentId">In the registry, where it was there.</param>
/// <param name="Differences">What differs between the two servers now; empty where all that could come is there.</param>
/// <param name="Problem">Why it failed, or what is left to do, in a sentence.</param>
public sealed record MovedAgent(
    string Uid,
    string Name,
    MoveEnd End,
    string? NewUid,
    int? AgentId,
    string? Model,
    IReadOnlyList<string> Lost,
    IReadOnlyList<FieldDifference> Differences,
    string? Problem
);

/// <summary>What a move did.</summary>
/// <param name="EndedAt">Null while it goes on.</param>
public sealed record MoveReport(Uri From, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, bool IsDryRun, IReadOnlyList<MovedAgent> Agents)
{
    public int Count(MoveEnd end) => Agents.Count(agent => agent.End == end);
}

/// <summary>A move in the background, or how it ended.</summary>
/// <param name="Id">Null for a dry run.</param>
/// <param name="Done">So many agents have ended, well or not.</param>
/// <param name="Left">So many are not on the App Server.</param>
/// <param name="Message">How it ended, in a sentence.</param>
/// <param name="By">Who began it.</param>
public sealed record MoveRun(
    int? Id,
    RunOutcome State,
    int Done,
    int Total,
    int Left,
    string? Message,
    string? By,
    bool IsCancelRequested,
    MoveReport Report
)
{
    [JsonIgnore]
    public bool IsOpen => State == RunOutcome.Running;

    /// <summary>A dry run, which has ended.</summary>
    internal static MoveRun Tried(MoveReport report) =>
        new(
            null,
            report.Count(MoveEnd.Failed) > 0 ? RunOutcome.Failed : RunOutcome.Succeeded,
            report.Agents.Count,
            report.Agents.Count,
            report.Agents.Count - report.Count(MoveEnd.MovedBefore),
            MoveReportText.Summary(report),
            null,
            IsCancelRequested: false,
            report
        );
}
