using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.Messages;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Everybody who writes to agents.</summary>
public sealed partial class PeoplePage
{
    private static readonly IReadOnlyList<Choice<string>> ActiveOrNot =
    [
        new("", "Active and inactive"),
        new("yes", "Active"),
        new("no", "Inactive"),
        new("hold", "On hold"),
    ];

    private DataTable<PersonRow>? _table;
    private IReadOnlyList<Choice<string>> _platforms = [new("", "Every platform")];
    private IReadOnlyList<Choice<string>> _agents = [new("", "Every agent")];

    [SupplyParameterFromQuery(Name = "platform")]
    public string? Platform { get; set; }

    [SupplyParameterFromQuery(Name = "agent")]
    public string? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "active")]
    public string? Active { get; set; }

    [Inject]
    public required PeopleReader People { get; init; }

    [Inject]
    public required MessageReader Messages { get; init; }

    private PersonFilter Filter =>
        new(
            Platform is { Length: > 0 } ? Platform : null,
            Active switch
            {
                "yes" => true,
                "no" => false,
                _ => null,
            },
            Active == "hold" ? true : null,
            int.TryParse(Agent, CultureInfo.InvariantCulture, out var agent) ? agent : null
        );

    protected override void OnInitialized() =>
        Watch(FollowAsync, Tables.LettaUsers, Tables.PlatformProfiles, Tables.Messages, Tables.Queue);

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _platforms =
        [
            new("", "Every platform"),
            .. (await People.PlatformsAsync(cancel)).Select(platform => new Choice<string>(platform, PersonNames.Platform(platform))),
        ];
        _agents =
        [
            new("", "Every agent"),
            .. (await Messages.ChoicesAsync(cancel)).Agents.Select(agent => new Choice<string>($"{agent.Id}", agent.Name)),
        ];
    }

    private Task<PageOf<PersonRow>> ListAsync(PageRequest page, CancellationToken cancel) => People.PageAsync(Filter, page, cancel);

    private async Task FollowAsync()
    {
        await ReloadAsync();
        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    private async Task SuggestAsync()
    {
        await Dialogs.AskAsync<SuggestionsDialog, object>();
        await FollowAsync();
    }
}
