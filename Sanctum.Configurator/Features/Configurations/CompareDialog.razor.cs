using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>What differs between a holder now and another one, or a moment of the past.</summary>
public sealed partial class CompareDialog
{
    private const int MostHolders = 20;

    private static readonly IReadOnlyList<Choice<ConfigurationScope>> Scopes = Choice.AllOf<ConfigurationScope>();

    private IReadOnlyList<ComparedValue>? _differences;
    private ConfigurationScope _scope;
    private string? _asOf;
    private Choice<int>? _other;

    [Parameter, EditorRequired]
    public required ScopeHolder Holder { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required ConfigurationReader Reader { get; init; }

    protected override Task OnInitializedAsync()
    {
        (_scope, _other) = (Holder.Scope, Holder.Id is { } id ? new(id, Name) : null);
        return CompareAsync();
    }

    private async Task<IEnumerable<Choice<int>>> FindHoldersAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.HoldersAsync(_scope, search, MostHolders, cancel)).Select(holder => (holder.Id, holder.Name)));

    private Task ChooseScopeAsync(ConfigurationScope scope)
    {
        (_scope, _other) = (scope, null);
        return CompareAsync();
    }

    private Task ChooseAsync(Choice<int>? other)
    {
        _other = other;
        return CompareAsync();
    }

    private Task ChooseTimeAsync(string? asOf)
    {
        _asOf = asOf;
        return CompareAsync();
    }

    private async Task CompareAsync()
    {
        var at = TimeText.Find(_asOf);
        _differences =
            _scope != ConfigurationScope.System && _other is null
                ? null
                : await Reader.CompareAsync(
                    new(Holder),
                    new(new(_scope, _scope == ConfigurationScope.System ? null : _other?.Value), at),
                    CancellationToken.None
                );
    }
}
