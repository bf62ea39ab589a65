using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Components.Layout;

/// <summary>A page or an act in the palette.</summary>
internal sealed record PaletteItem(string Title, string Kind, string Icon, string? Shortcut, Func<Task> Run)
{
    public string Id { get; } = Ids.Next("palette-item");

    /// <summary>How well the letters fit, lower is better; null when they do not stand in the title in this order.</summary>
    public static int? Distance(string title, string letters)
    {
        if (letters.Length == 0)
        {
            return 0;
        }

        var whole = title.IndexOf(letters, StringComparison.OrdinalIgnoreCase);
        if (whole >= 0)
        {
            return whole == 0 ? 0
                : title[whole - 1] == ' ' ? 1
                : 2;
        }

        var (at, gaps) = (-1, 3);
        foreach (var letter in letters.Where(letter => letter != ' '))
        {
            var next = title.IndexOf(letter.ToString(), at + 1, StringComparison.OrdinalIgnoreCase);
            if (next < 0)
            {
                return null;
            }

            (at, gaps) = (next, gaps + next - at);
        }

        return gaps;
    }
}
