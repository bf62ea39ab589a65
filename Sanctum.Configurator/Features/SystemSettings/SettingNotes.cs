using System.Net.NetworkInformation;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>Something worth knowing of a value that may be saved all the same.</summary>
/// <param name="IsGood">It is as one would hope; else it deserves a look.</param>
internal sealed record SettingNote(bool IsGood, string Text);

/// <summary>Looks at this machine: does the path exist, does something listen on the port.</summary>
internal static class SettingNotes
{
    /// <summary>The note for a value that passed <see cref="SettingRules"/>, or null where there is nothing to say.</summary>
    public static SettingNote? For(Setting setting, string? value) =>
        value is null
            ? null
            : setting.Kind switch
            {
                SettingKind.Path => OfFolder(value),
                SettingKind.Port when setting.Group == Setting.Groups.Ports => OfPort(value),
                _ => null,
            };

    /// <summary>The path with <c>~</c> as the home of the user that runs the console.</summary>
    public static string Expand(string path) =>
        path.StartsWith('~') ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[1..]) : path;

    private static SettingNote OfFolder(string value)
    {
        var path = Expand(value);
        var shown = path == value ? "" : $"{path}: ";
        return Directory.Exists(path) ? new(true, $"{shown}found on this machine.")
            : File.Exists(path) ? new(false, $"{shown}this is a file, not a folder.")
            : new(false, $"{shown}not found on this machine, or the console's user has no permission to see it.");
    }

    private static SettingNote? OfPort(string value) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out var port)
        && IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port)
            ? new(false, $"A program on this machine listens on port {port}. That is fine if it is this service.")
            : null;
}
