using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>Creates a key, and answers with it: it is shown once.</summary>
public sealed partial class CreateKeyDialog
{
    private DateTime? _lastDay;

    [Inject]
    public required ApiKeyService Keys { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    protected override string Thing => "key";

    private IReadOnlyList<string> Offered => [.. Permissions.All.Where(Caller.Permissions.Contains)];

    protected override void ReadTyped() =>
        Form.ExpiresAt = _lastDay is { } day ? new DateTimeOffset(day.Date.AddDays(1), TimeSpan.Zero) : null;

    protected override Task<Outcome<MadeApiKey>> SaveAsync() => Keys.CreateAsync(Form, CancellationToken.None);

    private void Choose(IList<string> scopes)
    {
        Form.Scopes = scopes;
        State.Context.NotifyFieldChanged(State.Context.Field(nameof(Form.Scopes)));
    }
}
