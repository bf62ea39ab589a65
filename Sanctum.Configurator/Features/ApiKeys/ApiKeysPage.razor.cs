using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>A person's own API keys.</summary>
public sealed partial class ApiKeysPage
{
    private ApiKeyForm _form = new();
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private IReadOnlyList<ApiKeyRow>? _keys;
    private MadeApiKey? _made;
    private DateTime? _lastDay;
    private string? _notice;
    private bool _isBusy;

    [Inject]
    public required ApiKeyService Keys { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private IReadOnlyList<string> Offered => [.. Permissions.All.Where(Caller.Permissions.Contains)];

    private string? ExpiryError => _context.GetValidationMessages(_context.Field(nameof(_form.ExpiresAt))).FirstOrDefault();

    private string? ScopesError => _context.GetValidationMessages(_context.Field(nameof(_form.Scopes))).FirstOrDefault();

    protected override async Task OnInitializedAsync()
    {
        Begin();
        _keys = await Keys.ListAsync(CancellationToken.None);
    }

    private void Begin()
    {
        _form = new();
        _lastDay = null;
        _context = new(_form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    private void Choose(IList<string> scopes)
    {
        _form.Scopes = scopes;
        _context.NotifyFieldChanged(_context.Field(nameof(_form.Scopes)));
    }

    private Task CreateAsync() => ActAsync(async () =>
    {
        _refusals.Clear();
        _form.ExpiresAt = _lastDay is { } day ? new DateTimeOffset(day.Date.AddDays(1), TimeSpan.Zero) : null;
        switch (await Keys.CreateAsync(_form, CancellationToken.None))
        {
            case Outcome<MadeApiKey>.Done done:
                _made = done.Value;
                Begin();
                break;
            case Outcome<MadeApiKey>.Refused refused:
                foreach (var (field, reason) in refused.Reasons.Where(r => r.Key.Length > 0))
                {
                    _refusals.Add(_context.Field(field), reason);
                }

                _notice = refused.Reasons.GetValueOrDefault("");
                _context.NotifyValidationStateChanged();
                break;
        }
    });

    private Task RevokeAsync(int id) => ActAsync(async () => _notice = await Keys.RevokeAsync(id, CancellationToken.None) switch
    {
        Outcome<int>.Refused refused => refused.Reasons.Values.First(),
        Outcome<int>.Missing => "That key had been revoked already.",
        _ => null,
    });

    private async Task ActAsync(Func<Task> act)
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            await act();
            _keys = await Keys.ListAsync(CancellationToken.None);
        }
        finally
        {
            _isBusy = false;
        }
    }
}
