using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Merges two people: who stays, and field by field what of the other one is taken over.</summary>
public sealed partial class MergeDialog
{
    private const int Most = 10;

    private PersonRow? _chosen;
    private PersonSides? _stays;
    private PersonSides? _goes;
    private IList<string> _taken = [];

    /// <summary>The one from whose page it was opened.</summary>
    [Parameter, EditorRequired]
    public required PersonRow First { get; set; }

    /// <summary>The other one; null where it is chosen here.</summary>
    [Parameter]
    public int? OtherId { get; set; }

    [Inject]
    public required PersonMerges Merges { get; init; }

    [Inject]
    public required PeopleReader People { get; init; }

    protected override string Thing => "person";

    private IReadOnlyList<MergeField> Differing =>
        _stays is { } stays && _goes is { } goes ? MergeField.Differing(stays.Row, goes.Row) : [];

    protected override Task OnFilledAsync() => OtherId is { } other ? ShowAsync(First.Id, other) : Task.CompletedTask;

    protected override Task<Outcome<PersonView>> SaveAsync()
    {
        (Form.SurvivorId, Form.Version) = (_stays!.Id, _stays.Row.Version);
        (Form.MergedId, Form.MergedVersion) = (_goes!.Id, _goes.Row.Version);
        Form.Take = [.. Differing.Where(field => _taken.Contains(field.Title)).Select(field => field.Name)];
        return Merges.MergeAsync(Form, CancellationToken.None);
    }

    protected override object Answer(PersonView saved) => new Merged(saved.Id, _goes!.Id, $"{_goes.Name} was merged into {_stays!.Name}.");

    protected override async Task<MergeForm?> FindTheirsAsync(PersonView current)
    {
        await ShowAsync(_stays!.Id, _goes!.Id);
        return new();
    }

    private static string TextOf(PersonRow? row) =>
        row is null ? "" : $"{row.Name} (person {row.Id}{string.Concat(row.Platforms.Select(platform => $", {platform}"))})";

    private async Task<IEnumerable<PersonRow>> FindAsync(string? text, CancellationToken cancel) =>
        (await People.PageAsync(new(), new(0, Most, "last_active", true, text), cancel)).Items.Where(row => row.Id != First.Id);

    private Task ChooseAsync(PersonRow? row)
    {
        _chosen = row;
        (_stays, _goes, _taken) = (null, null, []);
        return row is null ? Task.CompletedTask : ShowAsync(First.Id, row.Id);
    }

    private Task KeepAsync(int id)
    {
        if (id == _goes?.Id)
        {
            (_stays, _goes, _taken) = (_goes, _stays, []);
        }

        return Task.CompletedTask;
    }

    private async Task ShowAsync(int stays, int goes) =>
        (_stays, _goes) = (await People.SidesAsync(stays, Closed), await People.SidesAsync(goes, Closed));

    private string Explain(string title)
    {
        var field = Differing.First(each => each.Title == title);
        return $"“{Shortened(field.TextOf(_goes!.Row))}” instead of {(field.TextOf(_stays!.Row) is { } own ? $"“{Shortened(own)}”" : "nothing")}";
    }

    private static string Shortened(string? text) => text is { Length: > 80 } ? $"{text[..80]}…" : text ?? "";

    /// <param name="Text">That they were merged, in a sentence.</param>
    internal sealed record Merged(int SurvivorId, int MergedId, string Text);
}
