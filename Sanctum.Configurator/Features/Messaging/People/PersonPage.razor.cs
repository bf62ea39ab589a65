using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>One person: their profiles, what they and agents wrote, and what is known of them.</summary>
public sealed partial class PersonPage
{
    private PersonView? _person;
    private readonly string? _problem = null;

    [Parameter]
    public int Id { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    public string? Before { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    public string? After { get; set; }

    [Inject]
    public required PeopleReader People { get; init; }

    protected override object LoadKey => Id;

    protected override void OnInitialized() => Watch(Tables.LettaUsers, Tables.PlatformProfiles, Tables.Messages, Tables.Queue);

    protected override async Task ReadAsync(CancellationToken cancel) => _person = await People.FindAsync(Id, cancel);
}
