using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Shows what taking or pushing an agent will change, and then does exactly that.</summary>
public sealed partial class ExchangeDialog
{
    private AgentDifference? _difference;

    [Parameter, EditorRequired]
    public int Id { get; set; }

    [Parameter, EditorRequired]
    public bool IsTaking { get; set; }

    [Inject]
    public required AgentExchange Exchange { get; init; }

    protected override string Thing => "agent";

    private string Act => IsTaking ? "Take theirs" : "Push ours";

    protected override Task OnInitializedAsync() => RunAsync(CompareAsync);

    protected override async Task<Outcome<string>> SaveAsync()
    {
        var (version, seen) = (_difference!.Agent.Agent.Version, _difference.Seen);
        return IsTaking
            ? await EndAsync(
                await Exchange.TakeAsync(Id, version, seen, CancellationToken.None),
                taken => $"The registry now matches {taken.Name} on the Letta server."
            )
            : await EndAsync(
                await Exchange.PushAsync(Id, version, seen, CancellationToken.None),
                pushed =>
                    pushed.Fields.Count == 0
                        ? $"{pushed.Agent.Agent.Name} on the Letta server now matches the registry."
                        : $"{pushed.Agent.Agent.Name} was pushed. {AgentLabels.Count(pushed.Fields.Count, "field")} still differ."
            );
    }

    private async Task CompareAsync() => _difference = Take(await Exchange.CompareAsync(Id, !IsTaking, Closed));

    /// <summary>What was not done is to be decided on anew, by the difference as it is now.</summary>
    private async Task<Outcome<string>> EndAsync<T>(Outcome<T> outcome, Func<T, string> done)
        where T : class
    {
        if (outcome is not Outcome<T>.Ok)
        {
            await CompareAsync();
        }

        if (_difference is null)
        {
            return NotYet;
        }

        if (outcome is Outcome<T>.Conflict)
        {
            State.Say("Somebody else changed this agent in the meantime. These are the current differences.");
            return NotYet;
        }

        return Take(outcome, done);
    }
}
