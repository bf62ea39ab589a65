using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>Reads one exchange, or summarises one conversation. It does not throw: what goes wrong is how it ended.</summary>
internal sealed partial class ExtractionWork(
    IServiceScopeFactory scopes,
    IOptions<MemoryOptions> options,
    TimeProvider clock,
    ILogger<ExtractionWork> log
)
{
    /// <summary>Times that a model is asked before the rules read instead of it.</summary>
    private const int MostAttempts = 3;

    public async Task<ExtractionEnd> RunAsync(ClaimedExtraction claimed, LiveRun live)
    {
        using var limit = clock.CreateTimer(
            _ => live.Stop(RunStop.TimedOut),
            null,
            TimeSpan.FromSeconds(options.Value.MostSeconds),
            Timeout.InfiniteTimeSpan
        );
        try
        {
            return await Task.Run(() => ReadAsync(claimed.Row, live), CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(e, claimed.Row.Id);
            return Again(claimed.Row, $"An unexpected error occurred in the console: {e.GetType().Name}. See its log for details.");
        }
    }

    private async Task<ExtractionEnd> ReadAsync(MemoryExtraction row, LiveRun live)
    {
        await using var scope = scopes.CreateAsyncScope();
        var registries = scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>();
        await using var registry = await registries.CreateDbContextAsync(CancellationToken.None);
        if (await ExtractionInput.ReadAsync(registry, row, CancellationToken.None) is not { } input)
        {
            return ExtractionEnd.Nothing;
        }

        var (read, problem) = ((IReadOnlyList<NewMemory>?)null, (string?)null);
        if (input.Settings.UsesModel && input.AllText.Length > 0)
        {
            try
            {
                read = await scope.ServiceProvider.GetRequiredService<ModelExtraction>().ReadAsync(input, live.Stopped);
                problem = read is null ? "The model's answer was not in the form that was asked for, so rules read instead." : null;
            }
            catch (LlmCallException e) when (IsPassing(e.Verdict) && row.Attempts + 1 < MostAttempts)
            {
                return Again(row, e.Message);
            }
            catch (LlmCallException e)
            {
                problem = $"{e.Message} {e.Hint} Rules read instead.";
            }
            catch (OperationCanceledException) when (live.Why is RunStop.ConsoleStopped or RunStop.TakenOver)
            {
                return ExtractionEnd.Nothing with { IsHandedOver = true };
            }
            catch (OperationCanceledException) when (live.Stopped.IsCancellationRequested)
            {
                problem = $"The model did not answer within {options.Value.MostSeconds} seconds, so rules read instead.";
            }
        }

        read ??= ByRules(input);
        read = input.MessageId is not null && read.Count == 0 && RuleReader.PatternIn(input) is { } pattern ? [pattern] : read;
        return new ExtractionEnd(input.UserId, await WithVectorsAsync(registry, scope.ServiceProvider, input, read)) { Problem = problem };
    }

    private static IReadOnlyList<NewMemory> ByRules(ExtractionInput input) =>
        input.MessageId is null ? [RuleReader.SummaryOf(input)] : RuleReader.Read(input);

    /// <summary>With the memories that mean the same, where an embedding model answers.</summary>
    private static async Task<IReadOnlyList<NewMemory>> WithVectorsAsync(
        RegistryDbContext registry,
        IServiceProvider services,
        ExtractionInput input,
        IReadOnlyList<NewMemory> read
    )
    {
        var search = services.GetRequiredService<VectorSearch>();
        List<(Guid, string)> known = [.. input.Known.Select(memory => (memory.Id, memory.Key))];
        List<NewMemory> all = [];
        foreach (var memory in read)
        {
            var closest =
                memory.Kind == MemoryKind.Summary
                    ? ClosestMemories.None
                    : await search.FindAsync(registry, input.UserId, memory.Content, known, 3, CancellationToken.None);
            all.Add(
                memory with
                {
                    SameByVector = [.. closest.Found.Where(one => one.Cosine >= MemoryMeanings.Same).Select(one => one.Id)],
                }
            );
        }

        return all;
    }

    private ExtractionEnd Again(MemoryExtraction row, string problem) =>
        ExtractionEnd.Nothing with
        {
            Problem = problem,
            AgainAt = row.Attempts + 1 < MostAttempts ? clock.GetUtcNow() + TimeSpan.FromMinutes(Math.Pow(4, row.Attempts)) : null,
        };

    private static bool IsPassing(LlmVerdict verdict) =>
        verdict
            is LlmVerdict.Unreachable
                or LlmVerdict.TimedOut
                or LlmVerdict.RateLimited
                or LlmVerdict.Overloaded
                or LlmVerdict.ServerError
                or LlmVerdict.Broken
                or LlmVerdict.Empty;

    [LoggerMessage(LogLevel.Error, "Extraction {ExtractionId} failed with an unexpected error")]
    private partial void LogFailed(Exception exception, int extractionId);
}
