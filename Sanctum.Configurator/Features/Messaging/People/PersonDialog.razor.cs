using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Changes what is kept of a person, but for their preferences.</summary>
public sealed partial class PersonDialog
{
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required PersonService People { get; init; }

    protected override string Thing => "person";

    protected override Task<Outcome<PersonView>> SaveAsync() => People.SaveAsync(Form, CancellationToken.None);

    protected override Task<PersonForm?> FindTheirsAsync(PersonView current) => Task.FromResult<PersonForm?>(PersonForm.Of(current));
}
