using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>What of a list is shown, as it stands in the page's URL.</summary>
internal sealed record ListState(int Page, string? Sort, bool Descending, string? Search)
{
    public static ListState Read(string uri, string? prefix, string? sort, bool descending)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri).Query);
        var page = int.TryParse(One("page"), CultureInfo.InvariantCulture, out var number) && number > 0 ? number : 1;
        var asked = One("sort");
        return asked is null ? new(page, sort, descending, One("search")) : new(page, asked, One("order") == "falling", One("search"));

        string? One(string key) =>
            query.TryGetValue(Key(prefix, key), out var values) && values.ToString() is { Length: > 0 } text ? text : null;
    }

    public string Write(NavigationManager navigation, string? prefix, string? sort, bool descending)
    {
        var isDefault = Sort == sort && Descending == descending;
        return navigation.GetUriWithQueryParameters(
            new Dictionary<string, object?>
            {
                [Key(prefix, "page")] = Page > 1 ? Page : null,
                [Key(prefix, "sort")] = isDefault ? null : Sort,
                [Key(prefix, "order")] = !isDefault && Descending ? "falling" : null,
                [Key(prefix, "search")] = Search is { Length: > 0 } ? Search : null,
            }
        );
    }

    private static string Key(string? prefix, string key) => prefix is null ? key : $"{prefix}-{key}";
}
