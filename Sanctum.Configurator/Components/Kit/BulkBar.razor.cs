using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Does one thing at a time with all rows that are selected in a list. What can be done are its <see cref="BulkButton"/>s.</summary>
public sealed partial class BulkBar
{
    /// <summary>What one row is, such as "agent".</summary>
    [Parameter, EditorRequired]
    public required string Thing { get; set; }

    [Parameter, EditorRequired]
    public required Selection Selection { get; set; }

    /// <summary>Other rows are selected than before.</summary>
    [Parameter]
    public EventCallback OnSelect { get; set; }

    /// <summary>What a row is called; null where it is there no longer.</summary>
    [Parameter, EditorRequired]
    public required Func<int, Task<string?>> NameOf { get; set; }

    /// <summary>What could not be done, in sentences; null where all was.</summary>
    [Parameter]
    public EventCallback<string?> OnDone { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    public required Notices Notices { get; init; }

    internal bool IsBusy { get; private set; }

    private string Selected => $"{Counts.Of(Selection.Ids.Count, Thing)} selected";

    internal async Task RunAsync(Func<Task<string?>> act)
    {
        IsBusy = true;
        StateHasChanged();
        try
        {
            await OnDone.InvokeAsync(await act());
        }
        finally
        {
            IsBusy = false;
            StateHasChanged();
        }
    }

    /// <param name="done">What each row is afterwards, such as "enabled".</param>
    internal async Task<string?> EachAsync(string done, Func<int, string, Task<string?>> act)
    {
        var (count, problems) = (0, new List<string>());
        foreach (var id in Selection.Ids.ToList())
        {
            var name = await NameOf(id);
            if (name is null)
            {
                problems.Add($"{char.ToUpperInvariant(Thing[0])}{Thing[1..]} {id} no longer exists.");
                Selection.Set(id, false);
            }
            else if (await act(id, name) is { } problem)
            {
                problems.Add(problem.StartsWith(name, StringComparison.Ordinal) ? problem : $"{name}: {problem}");
            }
            else
            {
                count++;
            }
        }

        if (count > 0)
        {
            Notices.Say($"{Counts.Of(count, Thing)} {(count == 1 ? "is" : "are")} {done}.");
        }

        return problems.Count == 0
            ? null
            : $"{Counts.Of(problems.Count, Thing)} of {count + problems.Count} could not be {done}. {string.Join(' ', problems)}";
    }

    private Task SelectAsync(Action select)
    {
        select();
        return OnSelect.InvokeAsync();
    }
}
