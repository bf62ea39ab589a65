using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>The notifications, and the channels by which they leave the console.</summary>
public sealed partial class NotificationsPage
{
    private static readonly IReadOnlyList<Choice<string>> States =
    [
        new("", "Read and unread"),
        new("unread", "Unread"),
        new("open", "Ongoing"),
        new("resolved", "Over"),
    ];
    private static readonly IReadOnlyList<Choice<string>> Levels =
    [
        new("", "All levels"),
        new("warning", "Warnings and errors"),
        new("error", "Errors"),
    ];
    private static readonly IReadOnlyList<Choice<string>> Sources =
    [
        new("", "All sources"),
        .. NoticeSources.All.Select(source => new Choice<string>(source, NoticeSources.NameOf(source))),
    ];

    private DataTable<NotificationRow>? _table;
    private ChannelList? _channels;
    private string? _problem;
    private int _unread;

    [SupplyParameterFromQuery(Name = "state")]
    public string State
    {
        get;
        set => field = value ?? "";
    } = "";

    [SupplyParameterFromQuery(Name = "level")]
    public string Level
    {
        get;
        set => field = value ?? "";
    } = "";

    [SupplyParameterFromQuery(Name = "source")]
    public string Source
    {
        get;
        set => field = value ?? "";
    } = "";

    [Inject]
    public required NotificationService Notifications { get; init; }

    private NotificationFilter Chosen =>
        new(
            EnumText<NotificationScope>.Find(State) ?? NotificationScope.All,
            EnumText<NoticeLevel>.Find(Level),
            Source is { Length: > 0 } ? Source : null
        );

    protected override void OnInitialized() => Watch(FollowAsync, Tables.Notifications);

    protected override async Task ReadAsync(CancellationToken cancel) => _unread = (await Notifications.UnreadAsync(cancel)).Unread;

    private async Task FollowAsync()
    {
        await ReloadAsync();
        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    private Task<PageOf<NotificationRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Notifications.PageAsync(Chosen, page, cancel);

    private async Task ReadAsync(NotificationRow row)
    {
        _problem = (await Notifications.ReadAsync(row.Id, CancellationToken.None)).ProblemWith("The notification");
        await FollowAsync();
    }

    private async Task ReadAllAsync()
    {
        _problem = (await Notifications.ReadAllAsync(null, CancellationToken.None)).ProblemWith("The list");
        await FollowAsync();
    }

    private async Task AddChannelAsync()
    {
        if (
            await Dialogs.AskAsync<ChannelDialog, string>(
                new Dictionary<string, object?> { [nameof(ChannelDialog.Form)] = new ChannelForm() }
            ) is
            { } said
        )
        {
            Notices.Say(said, Tone.Good);
            await (_channels?.ReloadListAsync() ?? Task.CompletedTask);
        }
    }
}
