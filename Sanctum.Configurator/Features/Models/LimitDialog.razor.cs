using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Models.Usage;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Adds a limit or changes one.</summary>
public sealed partial class LimitDialog
{
    private IReadOnlyList<Choice<int?>> _users = [];

    [Inject]
    public required LimitService Limits { get; init; }

    protected override string Thing => "limit";

    protected override async Task OnFilledAsync() =>
        _users = [.. (await Limits.UsersAsync(Closed)).Select(user => new Choice<int?>(user.Id, user.Name))];

    protected override Task<Outcome<LimitRow>> SaveAsync() => Limits.SaveAsync(Form, dryRun: false, CancellationToken.None);

    protected override object Answer(LimitRow saved) => "The limit was saved.";

    protected override Task<LimitForm?> FindTheirsAsync(LimitRow current) => Task.FromResult<LimitForm?>(current.ToForm());
}
