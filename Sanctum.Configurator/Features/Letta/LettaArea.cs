using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>The Letta server on the Overview. A server that has never answered is a first step and no trouble.</summary>
internal sealed class LettaArea(LettaState state, LettaStateReader states, LettaChecks checks, LettaTests tests) : IOverviewArea
{
    private static readonly LettaRange Day = LettaRange.Find("24h")!;

    public string Title => "Letta server";

    public string Url => Urls.Letta;

    public string Icon => "server";

    public int Order => 10;

    public string Policy => Policies.ReadSettings;

    public IReadOnlyCollection<string>? Follows => [Tables.SystemConfig];

    public IDisposable Subscribe(Action changed) => state.Subscribe(_ => changed());

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var now = await states.RefreshAsync(cancel);
        return new()
        {
            Tile = TileOf(now, await checks.SeriesAsync(Day, cancel)),
            Attention = now.LastConnected is null ? [] : [.. AttentionFor(now)],
            Steps = [StepOf(now)],
        };
    }

    private static OverviewTile TileOf(LettaStatus now, LettaSeries day)
    {
        var isUp = now.IsWatched && now.Fault is null && now.Verdict?.IsConnected() == true;
        var (label, figure) = isUp ? ("Answers in", LettaLabels.MsOf(now.LatencyMs)) : ("Connection", LettaLabels.TitleOf(now));
        return new(label, figure, CaptionOf(now, day), LettaLabels.ToneOf(now))
        {
            Picture = new LinePicture("Latency in 24 hours", LettaLabels.Chart(day), "ms"),
        };
    }

    private static string CaptionOf(LettaStatus now, LettaSeries day)
    {
        var measured = day.Checks == 0 ? "Not measured in 24 hours" : $"{LettaLabels.PercentOf(day.Availability)} available in 24 hours";
        return now is { Kind: null } or { ServerVersion: null }
            ? measured
            : $"{VerdictLook.ServerOf(now.Kind, now.ServerVersion)}. {measured}";
    }

    private IEnumerable<Attention> AttentionFor(LettaStatus now)
    {
        if (now is { IsWatched: true, Fault: { } fault })
        {
            yield return new(Tone.Bad, $"The connection to the {LettaLabels.NameOf(now)} can't be tested", fault)
            {
                Act = new("Change the settings", Policies.WriteSettings) { Url = Urls.Settings, Api = "PUT /api/settings" },
            };
        }
        else if (now.IsWatched && VerdictLook.IsDangerous(now.Verdict, now.Kind, now.Address))
        {
            yield return new(Tone.Bad, "The Letta App Server is open to anyone", $"{now.Message} {now.Hint}".Trim())
            {
                Act = new("Test connection again", Policies.TestLetta) { RunAsync = tests.TestSavedAsync, Api = "POST /api/letta/test" },
            };
        }
        else if (now.IsDown)
        {
            yield return new(Tone.Bad, $"The {LettaLabels.NameOf(now)} can't be used", $"{now.Message} {now.Hint}".Trim())
            {
                Act = new("Test connection again", Policies.TestLetta) { RunAsync = tests.TestSavedAsync, Api = "POST /api/letta/test" },
            };
        }
    }

    private static FirstStep StepOf(LettaStatus now)
    {
        var text =
            now.Fault
            ?? (
                now is { IsWatched: true, Verdict: not null }
                    ? $"The newest check: {now.Message} {now.Hint}".TrimEnd()
                    : "Enter the server's address and token, and test the connection."
            );
        return new("Connect the Letta server", text, Urls.Settings, now.LastConnected is not null, Policies.WriteSettings);
    }
}
