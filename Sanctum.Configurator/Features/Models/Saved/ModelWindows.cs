using System.Collections.Concurrent;
using System.Collections.Frozen;
using Sanctum.Configurator.Features.Models.Client;

namespace Sanctum.Configurator.Features.Models.Saved;

/// <summary>How many tokens a model takes at a time, and who says so.</summary>
public sealed record ModelWindow(int Tokens, string Source);

/// <summary>
/// Knows how many tokens models take: by their provider's own list, which is asked once in an hour, else by what the console was shipped
/// with.
/// </summary>
public sealed partial class ModelWindows(LlmClient client, TimeProvider clock, ILogger<ModelWindows> log)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeptAfterFailure = TimeSpan.FromMinutes(5);

    /// <summary>Whoever asks waits no longer: he is told the next time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(20);

    /// <summary>By the providers' own pages, as of 2025-11.</summary>
    private static readonly FrozenDictionary<string, int> Shipped = new Dictionary<string, int>
    {
        ["gpt-4o"] = 128_000,
        ["gpt-4o-mini"] = 128_000,
        ["gpt-4-turbo"] = 128_000,
        ["gpt-4.1"] = 1_047_576,
        ["gpt-4.1-mini"] = 1_047_576,
        ["gpt-4.1-nano"] = 1_047_576,
        ["o3"] = 200_000,
        ["o4-mini"] = 200_000,
        ["gpt-5"] = 400_000,
        ["gpt-5-mini"] = 400_000,
        ["gpt-5-nano"] = 400_000,
        ["claude-3-5-haiku-latest"] = 200_000,
        ["claude-3-7-sonnet-latest"] = 200_000,
        ["claude-haiku-4-5"] = 200_000,
        ["claude-sonnet-4-5"] = 200_000,
        ["claude-opus-4-1"] = 200_000,
        ["claude-opus-4-5"] = 200_000,
        ["gemini-2.0-flash"] = 1_048_576,
        ["gemini-2.5-flash"] = 1_048_576,
        ["gemini-2.5-pro"] = 1_048_576,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, Asked> _asked = new();

    /// <summary>Null where nobody says it.</summary>
    public async Task<ModelWindow?> FindAsync(LlmLink link, CancellationToken cancel)
    {
        var shipped = Shipped.TryGetValue(link.Config.Model, out var tokens) ? new ModelWindow(tokens, "the console's own list") : null;
        if (link.Place is not { } place)
        {
            return shipped;
        }

        var (key, now) = ($"{place.Provider.Type} {place.Address} {place.Key?.GetHashCode()}", clock.GetUtcNow());
        var asked = _asked.AddOrUpdate(key, _ => Begin(place, now), (_, last) => now < last.Until ? last : Begin(place, now));
        await Task.WhenAny(asked.Answer, Task.Delay(Patience, clock, cancel));
        cancel.ThrowIfCancellationRequested();
        return asked.Answer.IsCompletedSuccessfully && (await asked.Answer).TryGetValue(place.Model, out var listed)
            ? new(listed, "the provider's list")
            : shipped;
    }

    private Asked Begin(LlmPlace place, DateTimeOffset now)
    {
        var asked = new Asked(now + Kept);
        asked.Answer = AskAsync(place, asked);
        return asked;
    }

    private async Task<IReadOnlyDictionary<string, int>> AskAsync(LlmPlace place, Asked asked)
    {
        await Task.Yield();
        using var limit = new CancellationTokenSource(LongestCall, clock);
        try
        {
            return (await client.ListAsync(place, limit.Token) ?? [])
                .Where(model => model.ContextWindow is not null)
                .GroupBy(model => model.Id)
                .ToDictionary(same => same.Key, same => same.First().ContextWindow!.Value);
        }
        catch (Exception e) when (e is LlmCallException or OperationCanceledException || LlmClient.Explain(place, e, default) is not null)
        {
            asked.Until = clock.GetUtcNow() + KeptAfterFailure;
            LogFailed(place.Provider.Name, e);
            return FrozenDictionary<string, int>.Empty;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The list of {Provider} could not be read, so that windows of its models are not known from there")]
    private partial void LogFailed(string provider, Exception exception);

    private sealed class Asked(DateTimeOffset until)
    {
        public DateTimeOffset Until { get; set; } = until;

        public Task<IReadOnlyDictionary<string, int>> Answer { get; set; } =
            Task.FromResult<IReadOnlyDictionary<string, int>>(FrozenDictionary<string, int>.Empty);
    }
}
