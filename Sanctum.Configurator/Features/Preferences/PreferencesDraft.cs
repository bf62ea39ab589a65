using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.People;

namespace Sanctum.Configurator.Features.Preferences;

/// <summary>Preferences while they are changed on their page.</summary>
internal sealed class PreferencesDraft
{
    private readonly PreferencesView _read;

    public PreferencesDraft(PreferencesView read)
    {
        _read = read;
        Style = read.PreferredStyle;
        Theme = Themes.Of(read.DarkMode, read.Settings);
        UsesMemory = read.UsesMemory;
        Fields = [.. PreferenceField.Of(WithoutTheme(read.Settings))];
    }

    public static IReadOnlyList<Choice<string>> ThemeChoices { get; } =
    [
        new(KeptTheme.AsTheDevice, "As the device"),
        new(KeptTheme.Dark, "Dark"),
        new(KeptTheme.Light, "Light"),
        new(KeptTheme.HighContrast, "High contrast"),
    ];

    public string? Style { get; set; }

    public string Theme { get; set; }

    public bool UsesMemory { get; set; }

    public List<PreferenceField> Fields { get; }

    /// <summary>What is wrong with the settings as they are typed; null where nothing is.</summary>
    public string? Problem => PreferenceField.Read(Fields).Problem;

    public IReadOnlyList<Change> Changes =>
        [
            .. Differing("Preferred style", _read.PreferredStyle, Unseen.TrimToNull(Style)),
            .. Differing("Theme", WordsOf(Themes.Of(_read.DarkMode, _read.Settings)), WordsOf(Theme)),
            .. Differing("Memory", OnOff(_read.UsesMemory), OnOff(UsesMemory)),
            .. SettingChanges(),
        ];

    /// <summary>Null where the settings can't be read as they are typed.</summary>
    public PreferencesForm? ToForm()
    {
        if (PreferenceField.Read(Fields).Preferences is not { } settings)
        {
            return null;
        }

        var form = new PreferencesForm
        {
            PreferredStyle = Style,
            DarkMode = _read.DarkMode,
            Settings = settings,
            UsesMemory = UsesMemory,
            Version = _read.Version,
        };
        Themes.Into(form, Theme);
        return form;
    }

    private IEnumerable<Change> SettingChanges()
    {
        var before = WithoutTheme(_read.Settings);
        if (PreferenceField.Read(Fields).Preferences is not { } now)
        {
            return [new("Settings", null, "incomplete")];
        }

        return before
            .Select(each => each.Key)
            .Union(now.Select(each => each.Key))
            .Where(key => before.ContainsKey(key) != now.ContainsKey(key) || !JsonNode.DeepEquals(before[key], now[key]))
            .Select(key => new Change(key, TextOf(before, key), TextOf(now, key)));
    }

    private static string? TextOf(JsonObject settings, string key) =>
        settings.ContainsKey(key) ? PreferenceField.TextOf(settings[key]) : null;

    private static IEnumerable<Change> Differing(string name, string? from, string? to) => from == to ? [] : [new(name, from, to)];

    private static string OnOff(bool isOn) => isOn ? "on" : "off";

    private static string WordsOf(string theme) => ThemeChoices.First(choice => choice.Value == theme).Text;

    private static JsonObject WithoutTheme(JsonObject settings)
    {
        var rest = (JsonObject)settings.DeepClone();
        rest.Remove(Themes.HighContrast);
        return rest;
    }
}
