using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// What a page shows stands in its address, so that a reload and the back button keep it. It is read back by its query parameters.
/// </summary>
public static class PageState
{
    /// <summary>The page's address with these values; what is null or empty leaves it.</summary>
    public static string UrlWith(this NavigationManager navigation, params IEnumerable<(string Key, object? Value)> values) =>
        navigation.GetUriWithQueryParameters(values.ToDictionary(value => value.Key, value => value.Value is "" ? null : value.Value));

    /// <summary>Shows the page with these values.</summary>
    public static void Show(this NavigationManager navigation, params IEnumerable<(string Key, object? Value)> values) =>
        navigation.NavigateTo(navigation.UrlWith(values));

    /// <summary>Shows the page with another value.</summary>
    /// <param name="replace">The back button does not lead to the one before: for what is typed.</param>
    public static void Show(this NavigationManager navigation, string key, object? value, bool replace = false) =>
        navigation.NavigateTo(navigation.UrlWith((key, value)), replace: replace);
}
