using MudBlazor;

namespace Sanctum.Configurator.Components;

/// <summary>
/// The library's own files. By their plain names with the version behind it: the fingerprinted ones have no compressed variant, and would
/// be
/// sent as 628 kB.
/// </summary>
internal static class Library
{
    private static readonly string Version = typeof(MudButton).Assembly.GetName().Version!.ToString(3);

    public static string Style { get; } = $"_content/MudBlazor/MudBlazor.min.css?v={Version}";

    public static string Script { get; } = $"_content/MudBlazor/MudBlazor.min.js?v={Version}";
}
