using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>The V1 server that agents are moved from: typed, tested, saved.</summary>
public sealed partial class V1ServerCard
{
    private V1ServerForm _form = new();
    private LettaReport? _test;
    private V1ServerView? _shown;

    /// <summary>What is stored; null where nothing is.</summary>
    [Parameter, EditorRequired]
    public V1ServerView? Kept { get; set; }

    /// <summary>It has been saved; the card is busy until this has been taken.</summary>
    [Parameter]
    public EventCallback<V1ServerView> Saved { get; set; }

    [Inject]
    public required V1Server Server { get; init; }

    protected override void OnParametersSet()
    {
        if (Kept != _shown)
        {
            (_shown, _form) = (Kept, new() { Address = Kept?.Address.AbsoluteUri });
        }
    }

    private Task TestAsync() => WorkAsync(async () => _test = Taken(await Server.TestAsync(_form, Gone)));

    private Task SaveAsync() =>
        WorkAsync(async () =>
        {
            if (Taken(await Server.SaveAsync(_form, CancellationToken.None)) is { } kept)
            {
                _form.Token = null;
                await Saved.InvokeAsync(kept);
            }
        });

    private T? Taken<T>(Outcome<T> outcome)
        where T : class
    {
        Problem = outcome.ProblemWith("the V1 server");
        return (outcome as Outcome<T>.Ok)?.Value;
    }
}
