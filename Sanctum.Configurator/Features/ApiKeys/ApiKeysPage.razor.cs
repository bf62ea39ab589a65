using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>A person's own API keys.</summary>
public sealed partial class ApiKeysPage : IDisposable
{
    private readonly FormState _state = new(new ApiKeyForm());
    private ApiKeyForm _form = null!;
    private IReadOnlyList<ApiKeyRow>? _keys;
    private MadeApiKey? _made;
    private DateTime? _lastDay;

    [Inject]
    public required ApiKeyService Keys { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private IEnumerable<McpWrites> OfferedWrites =>
        Caller.Permissions.Contains(Policies.ManageUsers) ? Enum.GetValues<McpWrites>() : [McpWrites.None, McpWrites.Propose];

    private IReadOnlyList<Choice<string>> ChoicesFor(ApiKeyRow key) =>
        [
            .. OfferedWrites
                .Append(key.McpWrites)
                .Distinct()
                .Order()
                .Select(writes => new Choice<string>(WordOf(writes), McpLabels.Of(writes))),
        ];

    private IReadOnlyList<string> Offered => [.. Permissions.All.Where(Caller.Permissions.Contains)];

    public void Dispose() => _state.Dispose();

    protected override async Task OnInitializedAsync()
    {
        Begin();
        _keys = await Keys.ListAsync(_state.Closed);
    }

    private void Begin()
    {
        (_form, _lastDay) = (new(), null);
        _state.Begin(_form);
    }

    private void Choose(IList<string> scopes)
    {
        _form.Scopes = scopes;
        _state.Context.NotifyFieldChanged(_state.Context.Field(nameof(_form.Scopes)));
    }

    private Task CreateAsync() =>
        ActAsync(async () =>
        {
            _form.ExpiresAt = _lastDay is { } day ? new DateTimeOffset(day.Date.AddDays(1), TimeSpan.Zero) : null;
            switch (await Keys.CreateAsync(_form, CancellationToken.None))
            {
                case Outcome<MadeApiKey>.Ok done:
                    _made = done.Value;
                    Begin();
                    break;
                case Outcome<MadeApiKey>.Invalid refused:
                    _state.Refuse(refused.Reasons);
                    break;
            }
        });

    private static string WordOf(McpWrites writes) => EnumText<McpWrites>.Of(writes);

    private Task ChangeAsync(ApiKeyRow key, string? word) =>
        ActAsync(async () =>
        {
            var wanted = EnumText<McpWrites>.Find(word) ?? key.McpWrites;
            if (
                (await Keys.ChangeAsync(key.Id, new() { McpWrites = wanted }, CancellationToken.None)).ProblemWith("The key") is { } problem
            )
            {
                _state.Say(problem);
            }
        });

    private Task RevokeAsync(int id) =>
        ActAsync(async () =>
        {
            var outcome = await Keys.RevokeAsync(id, CancellationToken.None);
            if (outcome is Outcome<int>.NotFound)
            {
                _state.Say("This key has already been revoked.");
            }
            else if (outcome.ProblemWith("The key") is { } problem)
            {
                _state.Say(problem);
            }
        });

    private Task ActAsync(Func<Task> act) =>
        _state.RunAsync(async () =>
        {
            await act();
            _keys = await Keys.ListAsync(_state.Closed);
        });
}
