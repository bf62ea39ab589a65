using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.Messages;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>One person: their profiles, what they and agents wrote, and what is known of them.</summary>
public sealed partial class PersonPage
{
    private PersonView? _person;
    private string? _problem;

    [Parameter]
    public int Id { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    public string? Before { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    public string? After { get; set; }

    [Inject]
    public required PeopleReader People { get; init; }

    [Inject]
    public required PersonMerges Merges { get; init; }

    [Inject]
    public required PersonErasure Erasure { get; init; }

    protected override object LoadKey => Id;

    protected override void OnInitialized() => Watch(Tables.LettaUsers, Tables.PlatformProfiles, Tables.Messages, Tables.Queue);

    protected override async Task ReadAsync(CancellationToken cancel) => _person = await People.FindAsync(Id, cancel);

    private Task EditAsync() =>
        AskAsync<PersonDialog, PersonView>(
            (nameof(PersonDialog.Form), PersonForm.Of(_person!)),
            (nameof(PersonDialog.Name), _person!.Name),
            saved => $"{saved.Name} was saved."
        );

    private Task PreferAsync() =>
        AskAsync<PreferencesDialog, PersonView>(
            (nameof(PreferencesDialog.Form), PersonForm.Of(_person!)),
            (nameof(PreferencesDialog.Name), _person!.Name),
            saved => $"The preferences of {saved.Name} were saved."
        );

    private Task SendAsync() =>
        AskAsync<SendDialog, MessageView>(
            (nameof(SendDialog.PersonId), Id),
            (nameof(SendDialog.Name), _person!.Name),
            _ => "The message is on its way."
        );

    private Task PromoteAsync() =>
        AskAsync<PromoteDialog, PersonView>(
            (nameof(PromoteDialog.PersonId), Id),
            (nameof(PromoteDialog.Name), _person!.Name),
            saved => $"{saved.Name} is the user {saved.User} now."
        );

    private async Task MergeAsync()
    {
        _problem = null;
        if (
            (await People.RowsAsync([Id], Gone)) is [var row]
            && await Dialogs.AskAsync<MergeDialog, MergeDialog.Merged>(
                new Dictionary<string, object?> { [nameof(MergeDialog.First)] = row }
            )
                is { } merged
        )
        {
            Notices.Say(merged.Text, action: new("Undo", () => InvokeAsync(() => SplitAsync(merged.MergedId))));
            Navigation.NavigateTo(Urls.Person(merged.SurvivorId));
        }

        await ReloadAsync();
    }

    private async Task SplitAsync(int id)
    {
        var split = await Merges.SplitAsync(id, null, CancellationToken.None);
        _problem = split.ProblemWith("The person");
        if (split is Outcome<PersonView>.Ok done)
        {
            Notices.Say($"{done.Value.Name} stands for themselves again.");
        }

        await ReloadAsync();
    }

    private async Task EraseAsync()
    {
        var person = _person!;
        if (
            !await Confirm.AskAsync(
                $"Erase {person.Name}?",
                $"Everything that is stored of them is deleted here and on the Letta server: {Counts.Of(person.Messages, "message")}, {Counts.Of(person.Profiles.Count, "profile")}"
                    + (person.Merged.Count > 0 ? $", and of {person.Merged.Count} merged into them" : "")
                    + ". This can't be undone. Backups keep it until they are deleted.",
                "Erase for good",
                nameToType: PersonErasure.Confirmation(Id)
            )
        )
        {
            return;
        }

        var erased = await Erasure.EraseAsync(Id, new() { Confirm = PersonErasure.Confirmation(Id) }, CancellationToken.None);
        _problem = erased.ProblemWith(person.Name);
        if (erased is Outcome<ErasureRow>.Ok done)
        {
            var isLeft = done.Value.Letta.Any(thing => thing.IsLeft);
            Notices.Say(
                isLeft ? "The person was erased, but the Letta server still has something of them: see Erased." : "The person was erased.",
                isLeft ? Tone.Warning : Tone.Good
            );
            Navigation.NavigateTo($"{Urls.People}?tab=erased");
        }
    }

    private async Task AskAsync<TDialog, TAnswer>(
        (string Name, object? Value) one,
        (string Name, object? Value) other,
        Func<TAnswer, string> done
    )
        where TDialog : IComponent
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<TDialog, TAnswer>(
                new Dictionary<string, object?> { [one.Name] = one.Value, [other.Name] = other.Value }
            ) is
            { } answer
        )
        {
            Notices.Say(done(answer));
        }

        await ReloadAsync();
    }
}
