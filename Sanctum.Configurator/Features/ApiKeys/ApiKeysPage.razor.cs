using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>A person's own API keys.</summary>
public sealed partial class ApiKeysPage : IDisposable
{
    private readonly FormState _state = new(new ApiKeyForm());
    private IReadOnlyList<ApiKeyRow>? _keys;
    private MadeApiKey? _made;

    [Inject]
    public required ApiKeyService Keys { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    private IReadOnlyList<Choice<string>> ChoicesFor(ApiKeyRow key) =>
        [
            .. McpLabels
                .OfferedTo(Caller)
                .Append(key.McpWrites)
                .Distinct()
                .Order()
                .Select(writes => new Choice<string>(WordOf(writes), McpLabels.Of(writes))),
        ];

    public void Dispose() => _state.Dispose();

    protected override async Task OnInitializedAsync() => _keys = await Keys.ListAsync(_state.Closed);

    private async Task CreateAsync()
    {
        if (await Dialogs.AskAsync<CreateKeyDialog, MadeApiKey>() is { } made)
        {
            _made = made;
            _keys = await Keys.ListAsync(_state.Closed);
        }
    }

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
