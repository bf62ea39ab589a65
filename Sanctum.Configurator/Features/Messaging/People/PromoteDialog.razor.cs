using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Makes a person a user of the console.</summary>
public sealed partial class PromoteDialog
{
    [Parameter, EditorRequired]
    public required int PersonId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required PersonPromotion Promotion { get; init; }

    protected override string Thing => "person";

    protected override Task<Outcome<PersonView>> SaveAsync() => Promotion.PromoteAsync(PersonId, Form, CancellationToken.None);
}
