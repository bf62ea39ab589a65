using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// The console's icons: strokes on a 24 by 24 grid, drawn in the colour of the text they stand in. Words beside them say what they mean.
/// Markup
/// and no component: a page has dozens, and each component costs every open page its own memory.
/// </summary>
public static class Glyphs
{
    private static readonly FrozenDictionary<string, MarkupString> Drawings = new Dictionary<string, string>
    {
        ["agents"] =
            "<rect x='5' y='8' width='14' height='11' rx='3'/><path d='M12 8V4.5M9.5 13v1.5M14.5 13v1.5M2.5 12.5v3M21.5 12.5v3'/><circle cx='12' cy='3.5' r='1'/>",
        ["alert"] = "<circle cx='12' cy='12' r='9'/><path d='M12 7.5v5.5M12 16.4v.1'/>",
        ["arrow-right"] = "<path d='M5 12h14M13 6l6 6-6 6'/>",
        ["backup"] = "<path d='M4 7.5 12 3.5l8 4v9l-8 4-8-4z'/><path d='M4 7.5l8 4 8-4M12 11.5v9'/>",
        ["bell"] = "<path d='M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10z'/><path d='M10 19.5a2.2 2.2 0 0 0 4 0'/>",
        ["chart"] = "<path d='M4 4v16h16'/><path d='M8 15l3.5-4.5 3 2.5L19 7.5'/>",
        ["chat"] = "<path d='M4 5.5h16v11H10l-4.5 3.5v-3.5H4z'/><path d='M8 9.5h8M8 12.5h5'/>",
        ["check"] = "<path d='M5 12.5l4.5 4.5L19 7.5'/>",
        ["chevron-down"] = "<path d='M6 9.5l6 6 6-6'/>",
        ["chevron-left"] = "<path d='M14.5 6l-6 6 6 6'/>",
        ["chevron-right"] = "<path d='M9.5 6l6 6-6 6'/>",
        ["chevron-up"] = "<path d='M6 14.5l6-6 6 6'/>",
        ["clock"] = "<circle cx='12' cy='12' r='9'/><path d='M12 7v5.2l3.4 2'/>",
        ["code"] = "<path d='M8.5 7L3.5 12l5 5M15.5 7l5 5-5 5'/>",
        ["contrast"] = "<circle cx='12' cy='12' r='9'/><path d='M12 3a9 9 0 0 1 0 18z' fill='currentColor'/>",
        ["copy"] =
            "<rect x='9' y='9' width='11' height='11' rx='2'/><path d='M5.5 15H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v.5'/>",
        ["cross"] = "<path d='M6 6l12 12M18 6L6 18'/>",
        ["dot"] = "<circle cx='12' cy='12' r='3.5'/>",
        ["dots"] = "<path d='M5.5 12v.1M12 12v.1M18.5 12v.1' stroke-width='2.6'/>",
        ["download"] = "<path d='M12 4v11M7 10.5l5 5 5-5M4.5 20h15'/>",
        ["edit"] = "<path d='M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5z'/><path d='M13.5 7l3.5 3.5'/>",
        ["external"] = "<path d='M14 4.5h5.5V10M19.5 4.5L11 13'/><path d='M18 14v4.5a1 1 0 0 1-1 1H5.5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1H10'/>",
        ["eye"] = "<path d='M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z'/><circle cx='12' cy='12' r='2.8'/>",
        ["eye-off"] =
            "<path d='M4 4l16 16M9.8 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.6 3.3M6.3 7.3A16 16 0 0 0 2.5 12s3.5 6.5 9.5 6.5a9 9 0 0 0 4.3-1.1'/>",
        ["filter"] = "<path d='M4 6h16M7 12h10M10 18h4'/>",
        ["graph"] =
            "<circle cx='5.5' cy='12' r='2.5'/><circle cx='18.5' cy='5.5' r='2.5'/><circle cx='18.5' cy='18.5' r='2.5'/><path d='M7.8 10.9l8.4-4.2M7.8 13.1l8.4 4.2'/>",
        ["history"] = "<path d='M4.5 5v4.5H9'/><path d='M4.8 9.5A8 8 0 1 1 4 12.5M12 8v4.5l3 1.8'/>",
        ["home"] = "<path d='M4 11l8-7 8 7v8.5h-5.5V14h-5v5.5H4z'/>",
        ["info"] = "<circle cx='12' cy='12' r='9'/><path d='M12 11v5.5M12 7.6v.1'/>",
        ["key"] = "<circle cx='8' cy='15.5' r='4'/><path d='M11 12.5L19.5 4M15.5 8l3 3'/>",
        ["keyboard"] = "<rect x='2.5' y='6' width='19' height='12' rx='2'/><path d='M6.5 10v.1M10 10v.1M14 10v.1M17.5 10v.1M8 14h8'/>",
        ["layers"] = "<path d='M12 3.5L20.5 8 12 12.5 3.5 8z'/><path d='M3.5 12l8.5 4.5 8.5-4.5M3.5 16l8.5 4.5 8.5-4.5'/>",
        ["lock"] = "<rect x='5' y='11' width='14' height='9' rx='2'/><path d='M8 11V8a4 4 0 0 1 8 0v3'/>",
        ["logs"] = "<path d='M5 4h10l4 4v12H5z'/><path d='M8.5 11h7M8.5 14h7M8.5 17h4'/>",
        ["menu"] = "<path d='M4 7h16M4 12h16M4 17h16'/>",
        ["minus"] = "<path d='M5 12h14'/>",
        ["model"] =
            "<rect x='6.5' y='6.5' width='11' height='11' rx='2'/><path d='M10 3v3.5M14 3v3.5M10 17.5V21M14 17.5V21M3 10h3.5M3 14h3.5M17.5 10H21M17.5 14H21'/>",
        ["moon"] = "<path d='M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z'/>",
        ["play"] = "<path d='M7.5 5l11 7-11 7z'/>",
        ["plugins"] = "<path d='M9 3.5v4M15 3.5v4M6 7.5h12v4a6 6 0 0 1-12 0zM12 17.5v3.5'/>",
        ["plus"] = "<path d='M12 5v14M5 12h14'/>",
        ["refresh"] = "<path d='M19.5 5v4.5H15M4.5 19v-4.5H9'/><path d='M19 9.5A8 8 0 0 0 5.5 8M5 14.5A8 8 0 0 0 18.5 16'/>",
        ["search"] = "<circle cx='11' cy='11' r='6.5'/><path d='M16 16l4.5 4.5'/>",
        ["server"] =
            "<rect x='4' y='4' width='16' height='7' rx='2'/><rect x='4' y='13' width='16' height='7' rx='2'/><path d='M8 7.5v.1M8 16.5v.1'/>",
        ["settings"] = "<path d='M4 7h9M19 7h1M4 17h1M11 17h9'/><circle cx='16' cy='7' r='2.7'/><circle cx='8' cy='17' r='2.7'/>",
        ["shield"] = "<path d='M12 3.5l7.5 2.8v5.2c0 4.6-3.2 7.8-7.5 9-4.3-1.2-7.5-4.4-7.5-9V6.3z'/>",
        ["sign-out"] = "<path d='M10 4.5H5v15h5M14.5 8l4 4-4 4M18.5 12H9.5'/>",
        ["sort"] = "<path d='M8 10l4-4.5 4 4.5M8 14l4 4.5 4-4.5'/>",
        ["stop"] = "<rect x='6' y='6' width='12' height='12' rx='2'/>",
        ["sun"] =
            "<circle cx='12' cy='12' r='4'/><path d='M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4'/>",
        ["system"] = "<rect x='3' y='4.5' width='18' height='12' rx='2'/><path d='M9 20h6M12 16.5V20'/>",
        ["templates"] =
            "<rect x='4' y='4' width='16' height='5' rx='1.5'/><rect x='4' y='12.5' width='7' height='7.5' rx='1.5'/><path d='M14.5 13.5H20M14.5 16.5H20M14.5 19.5H18'/>",
        ["tools"] =
            "<path d='M14.5 6.5a4 4 0 0 1 5-2.5l-2.7 2.7.6 2 2 .6L22 6.6'/><path d='M19.5 11a4 4 0 0 1-5.5-1.5L5.5 18a1.8 1.8 0 0 0 2.5 2.5l8.5-8.5'/>",
        ["trash"] = "<path d='M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.3 11v5.5M13.7 11v5.5'/>",
        ["undo"] = "<path d='M8.5 5L4 9.5 8.5 14'/><path d='M4 9.5h9.5a5.5 5.5 0 0 1 0 11H9'/>",
        ["upload"] = "<path d='M12 15.5v-11M7 9l5-5 5 5M4.5 20h15'/>",
        ["user"] = "<circle cx='12' cy='8' r='4'/><path d='M4.5 20.5c.8-4 3.7-6 7.5-6s6.7 2 7.5 6'/>",
        ["users"] =
            "<circle cx='9' cy='8.5' r='3.5'/><path d='M2.5 19.5c.6-3.5 3.1-5.3 6.5-5.3s5.9 1.8 6.5 5.3M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.7c2 .8 3.1 2.4 3.5 4.8'/>",
        ["warning"] = "<path d='M12 4l9 16H3z'/><path d='M12 10v4.5M12 17.2v.1'/>",
    }.ToFrozenDictionary(
        drawing => drawing.Key,
        drawing => new MarkupString(
            $"<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\">{drawing.Value}</svg>"
        )
    );

    public static IEnumerable<string> Names => Drawings.Keys.Order(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Strokes = Drawings.ToFrozenDictionary(
        drawing => drawing.Key,
        drawing =>
            $"<g fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\">{Inside(drawing.Value.Value)}</g>"
    );

    /// <summary>The same for the library's components, which put it into an <c>svg</c> of their own.</summary>
    public static string In(string name) => Strokes.TryGetValue(name, out var drawing) ? drawing : Strokes["dot"];

    /// <summary>The icon of this name; a dot where there is none.</summary>
    public static MarkupString Of(string name) => Drawings.TryGetValue(name, out var drawing) ? drawing : Drawings["dot"];

    private static string Inside(string svg) => svg[(svg.IndexOf('>', StringComparison.Ordinal) + 1)..svg.LastIndexOf('<')];
}
