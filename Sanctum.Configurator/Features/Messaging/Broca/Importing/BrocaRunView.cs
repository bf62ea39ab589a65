using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>What a run was told.</summary>
internal sealed record BrocaRunArguments(string Source, string FileName);

/// <summary>What a run has come to.</summary>
internal sealed record BrocaRunOutput(BrocaProgress? Progress, int? ImportId);

/// <summary>Reads the row of a run.</summary>
internal static class BrocaRunView
{
    /// <param name="progress">Where this console runs it: while it writes, it can't say in the registry that it goes on.</param>
    public static BrocaRun? Of(LongRun run, BrocaProgress? progress, bool isCancelled)
    {
        if (run.Arguments is not { } text || JsonSerializer.Deserialize<BrocaRunArguments>(text, ApiJson.Options) is not { } arguments)
        {
            return null;
        }

        var output = run.Output is { Length: > 0 } said ? JsonSerializer.Deserialize<BrocaRunOutput>(said, ApiJson.Options) : null;
        var state = progress is null ? run.Outcome : RunOutcome.Running;
        return new(
            run.Id,
            state,
            arguments.Source,
            arguments.FileName,
            progress ?? output?.Progress,
            output?.ImportId,
            state == RunOutcome.Running ? null : run.Message,
            run.By,
            run.StartedAt,
            progress is null ? run.EndedAt : null,
            run.IsCancelRequested || isCancelled
        );
    }
}
