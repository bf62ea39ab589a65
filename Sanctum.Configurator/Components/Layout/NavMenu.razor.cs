using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Sanctum.Configurator.Components.Layout;

/// <summary>The side menu: what features registered and the reader's policies allow.</summary>
public sealed partial class NavMenu
{
    private IReadOnlyList<IGrouping<string, NavEntry>> _groups = [];

    [CascadingParameter]
    private Task<AuthenticationState>? Reader { get; set; }

    [Inject]
    public required NavEntries Entries { get; init; }

    protected override async Task OnParametersSetAsync() =>
        _groups = [.. (await Entries.ForAsync(Reader, NavPlace.Side)).GroupBy(entry => entry.Group ?? "")];

    /// <summary>A page below it has an entry of its own, and only that one is where the reader is.</summary>
    private bool HasOwnBelow(NavEntry entry) =>
        _groups.Any(group => group.Any(other => other.Url.StartsWith($"{entry.Url}/", StringComparison.Ordinal)));
}
