using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Overview;

/// <summary>What needs attention, each with the act that helps.</summary>
public sealed partial class AttentionList : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly HashSet<string> _busy = [];
    private readonly Dictionary<string, string> _problems = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<AreaAttention> Attention { get; set; } = [];

    /// <summary>False while there may be more to come.</summary>
    [Parameter]
    public bool IsRead { get; set; }

    /// <summary>Only then may the list say that nothing needs attention.</summary>
    [Parameter]
    public bool IsWell { get; set; }

    /// <summary>Something was done about this area.</summary>
    [Parameter]
    public EventCallback<IOverviewArea> OnAsked { get; set; }

    [Inject]
    public required OverviewService Overview { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    private string Summary =>
        Attention.Count switch
        {
            0 => IsWell ? "Nothing needs attention." : "",
            1 => "1 item needs attention.",
            var count => string.Create(CultureInfo.InvariantCulture, $"{count} items need attention."),
        };

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private static string KeyOf(AreaAttention one) => $"{one.Area.Title}: {one.Attention.Sentence}";

    private async Task RunAsync(AreaAttention one, AttentionAct act)
    {
        var key = KeyOf(one);
        if (!_busy.Add(key))
        {
            return;
        }

        _problems.Remove(key);
        try
        {
            var outcome = await Overview.RunAsync(act, _gone.Token);
            if (outcome.ProblemWith(one.Area.Title) is { } problem)
            {
                _problems[key] = problem;
            }
            else if (outcome is Platform.Outcome<string>.Ok { Value: var done })
            {
                Notices.Say(done);
            }

            await OnAsked.InvokeAsync(one.Area);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _busy.Remove(key);
        }
    }
}
