using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
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
    private string? _name;
    private int? _id;

    [Parameter, EditorRequired]
    public required ScopeHolder Holder { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required ConfigurationReader Reader { get; init; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

    protected override Task OnInitializedAsync()
    {
        (_scope, _id, _name) = (Holder.Scope, Holder.Id, Name);
        return CompareAsync();
    }

    private async Task<IReadOnlyList<Choice<int>>> FindHoldersAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.HoldersAsync(_scope, search, MostHolders, cancel)).Select(holder => (holder.Id, holder.Name)));

    private Task ChooseScopeAsync(ConfigurationScope scope)
    {
        (_scope, _id, _name) = (scope, null, null);
        return CompareAsync();
    }

    private Task ChooseAsync(int? id)
    {
        _id = id;
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
        _differences = _scope != ConfigurationScope.System && _id is null ? null
            : await Reader.CompareAsync(new(Holder), new(new(_scope, _scope == ConfigurationScope.System ? null : _id), at), CancellationToken.None);
    }
}
