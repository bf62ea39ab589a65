using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.Queue;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>A page of messages, whose place stands in the address: the back button leads to the page before.</summary>
public abstract class MessagesShown : LiveComponent
{
    /// <summary>Messages of a page.</summary>
    protected const int Take = 50;

    [Parameter, EditorRequired]
    public required MessageFilter Filter { get; set; }

    /// <summary>The message that those on the page are older than; null for the newest.</summary>
    [Parameter]
    public string? Before { get; set; }

    /// <summary>The message that those on the page are newer than.</summary>
    [Parameter]
    public string? After { get; set; }

    /// <summary>Told what is wrong with the search; null where nothing is.</summary>
    [Parameter]
    public EventCallback<string?> OnProblem { get; set; }

    [Inject]
    public required MessageReader Messages { get; init; }

    /// <summary>The queue has no change history.</summary>
    [Inject]
    public required Signal<QueueChanged> QueueChanges { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    protected override object LoadKey => (Filter, Before, After);

    protected MessagePage? Shown { get; private set; }

    protected string OlderUrl => Navigation.UrlWith(("before", Shown!.OlderThan), ("after", null));

    protected string NewerUrl => Navigation.UrlWith(("after", Shown!.Items[0].Id), ("before", null));

    protected string NewestUrl => Navigation.UrlWith(("after", null), ("before", null));

    protected string OpenUrl(int message) =>
        Navigation.Uri.Contains(Urls.Messages, StringComparison.Ordinal) ? Navigation.UrlWith(("message", message)) : Urls.Message(message);

    protected override void OnInitialized()
    {
        Watch(MessageLabels.ShownTables);
        Follow(QueueChanges, _ => InvokeAsync(ReloadAsync));
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var read = await Messages.ListAsync(Filter, new MessagePlace(NumberIn(Before), NumberIn(After)), Take, cancel);
        if (read is Outcome<MessagePage>.Ok { Value: { Items.Count: 0, HasNewer: false } } && NumberIn(After) is not null)
        {
            // Newer ones were deleted meanwhile: the newest are shown.
            read = await Messages.ListAsync(Filter, new MessagePlace(), Take, cancel);
        }

        Shown = read is Outcome<MessagePage>.Ok ok ? ok.Value : new([], null, false);
        await OnProblem.InvokeAsync((read as Outcome<MessagePage>.Invalid)?.Reasons.Values.First());
    }

    private static int? NumberIn(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
