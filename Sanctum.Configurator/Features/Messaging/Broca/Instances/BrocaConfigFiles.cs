using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>
/// Reads and writes settings.json and .env of a Broca. A file is replaced as a whole, with the rights and the owner that it had; unknown
/// keys and comments stay; and whoever read an older one changes nothing.
/// </summary>
internal sealed class BrocaConfigFiles(OperatorFiles files)
{
    private const int MostBytes = 1 << 20;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        IndentSize = 4,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <exception cref="BrocaFileException">They can't be read.</exception>
    public BrocaSettingsView Read(BrocaFolder folder)
    {
        var settings = Find(folder, BrocaLint.SettingsFile) ?? throw new BrocaFileException("settings.json is gone from the folder.");
        var env = Find(folder, BrocaLint.EnvFile);
        var json = JsonText.FindObject(settings.Text);
        var text = new EnvText(env?.Text ?? "");
        var values = text.Values;
        var isDebug = json?["debug_mode"]?.GetValueKind() == JsonValueKind.True;
        return new(
            folder.Id,
            folder.Name,
            settings.Hash,
            env?.Hash,
            TextOf(json?["message_mode"]),
            isDebug,
            NumberOf(json?["queue_refresh"]),
            NumberOf(json?["max_retries"]),
            PluginsOf(json),
            [
                .. values.Select(pair => new BrocaVariable(
                    pair.Key,
                    BrocaLint.IsShown(pair.Key, pair.Value) ? pair.Value : null,
                    pair.Value.Length > 0
                )),
                .. BrocaLint.Needed.Where(key => !values.ContainsKey(key)).Select(key => new BrocaVariable(key, null, false)),
            ],
            [.. BrocaLint.OfSettings(json), .. BrocaLint.OfEnv(values, isDebug), .. ProblemsOf(text, env)],
            settings.Note ?? env?.Note
        );
    }

    /// <returns>What is wrong, by field; null where it was written. Stale is where somebody else changed a file meanwhile.</returns>
    /// <exception cref="BrocaFileException">A file can't be read or written.</exception>
    public (bool IsStale, (string Field, string Reason)? Refusal) Write(BrocaFolder folder, BrocaSettingsForm form)
    {
        var settings = Find(folder, BrocaLint.SettingsFile) ?? throw new BrocaFileException("settings.json is gone from the folder.");
        var env = Find(folder, BrocaLint.EnvFile);
        if ((form.SettingsHash is { } seen && seen != settings.Hash) || (form.EnvHash is { } seenEnv && seenEnv != env?.Hash))
        {
            return (true, null);
        }

        if (
            form.Variables.FirstOrDefault(pair =>
                !EnvText.IsName(pair.Key) || pair.Value?.AsSpan().ContainsAny('\n', '\r', '\0') == true
            ) is
            { Key: { } key }
        )
        {
            return (
                false,
                (nameof(form.Variables), $"{key}: a variable has a name of letters, digits and underscores, and a value of one line.")
            );
        }

        var json = JsonText.FindObject(settings.Text) ?? [];
        var text = new EnvText(env?.Text ?? "");
        Change(json, form);
        foreach (var (name, value) in form.Variables)
        {
            text.Set(name, value);
        }

        Replace(folder, BrocaLint.SettingsFile, settings, json.ToJsonString(Written) + "\n");
        if (form.Variables.Count > 0)
        {
            Replace(folder, BrocaLint.EnvFile, env, text.ToString());
        }

        return (false, null);
    }

    private static void Change(JsonObject json, BrocaSettingsForm form)
    {
        json["message_mode"] = form.MessageMode ?? json["message_mode"]?.DeepClone();
        json["debug_mode"] = form.DebugMode ?? json["debug_mode"]?.DeepClone();
        json["queue_refresh"] = form.QueueRefresh ?? json["queue_refresh"]?.DeepClone();
        json["max_retries"] = form.MaxRetries ?? json["max_retries"]?.DeepClone();
        foreach (var gone in json.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            json.Remove(gone);
        }

        foreach (var (name, isOn) in form.Plugins)
        {
            var plugins = json["plugins"] as JsonObject;
            if (plugins is null)
            {
                json["plugins"] = plugins = [];
            }

            if (plugins[name] is JsonObject plugin)
            {
                plugin["enabled"] = isOn;
            }
            else
            {
                plugins[name] = new JsonObject { ["enabled"] = isOn };
            }
        }
    }

    private static IEnumerable<BrocaProblem> ProblemsOf(EnvText text, ConfigFile? env)
    {
        if (env is null)
        {
            yield return new(
                BrocaLint.EnvFile,
                null,
                BrocaSeverity.Warning,
                "There is no .env: Broca takes its keys from the environment that it is started with."
            );
            yield break;
        }

        foreach (var key in text.Repeated)
        {
            yield return new(BrocaLint.EnvFile, key, BrocaSeverity.Warning, "It is there more than once; the last one counts.");
        }

        foreach (var line in text.Unreadable)
        {
            yield return new(BrocaLint.EnvFile, null, BrocaSeverity.Warning, $"Line {line} is neither a variable nor a comment.");
        }

        if (!OperatingSystem.IsWindows() && (env.Mode & Others) != 0)
        {
            yield return new(
                BrocaLint.EnvFile,
                null,
                BrocaSeverity.Warning,
                "Other users of the machine can read this file, and the keys in it. Use chmod 600."
            );
        }
    }

    private ConfigFile? Find(BrocaFolder folder, string name)
    {
        var path = Path.Join(folder.Path, name);
        try
        {
            using var found = files.Find(path);
            if (found is null)
            {
                return null;
            }

            if (!found.Facts.IsRegular || found.Facts.Size > MostBytes)
            {
                throw new BrocaFileException($"{name} is no file, or larger than 1 MB.");
            }

            using var file = new FileStream(found.Open(), FileAccess.Read, bufferSize: 0);
            var bytes = new byte[found.Facts.Size];
            var text = Utf8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).TrimStart('\ufeff');
            var isOutside = !Folders.IsInside(found.Place, folder.Path);
            return new(
                found.Place,
                text,
                Convert.ToHexStringLower(SHA256.HashData(bytes)),
                OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(found.Place),
                isOutside ? $"{name} is a link to {found.Place}. Change it there: other Brocas may use it too." : null
            );
        }
        catch (Exception e) when (e is PathRefusedException or UnauthorizedAccessException or IOException)
        {
            throw new BrocaFileException(
                $"{name} can't be read. {(e is PathRefusedException ? e.Message : "The console's user needs to read it.")}"
            );
        }
    }

    /// <summary>Under another name first, and then in one step, so that Broca sees the old file or the new one.</summary>
    private static void Replace(BrocaFolder folder, string name, ConfigFile? before, string text)
    {
        if (before?.Text == text)
        {
            return;
        }

        if (before?.Note is { } note)
        {
            throw new BrocaFileException(note);
        }

        var place = before?.Place ?? Path.Join(folder.Path, name);
        var next = Path.Join(folder.Path, $".{name.TrimStart('.')}.{Guid.NewGuid():N}.new");
        try
        {
            using (var file = PrivateFiles.Create(next))
            {
                file.Write(Utf8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            if (before is not null && !OperatingSystem.IsWindows())
            {
                FileOwners.Copy(place, next);
                File.SetUnixFileMode(next, before.Mode);
            }

            File.Move(next, place, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BrocaFileException(
                $"{name} can't be written: the console's user needs to write into {folder.Path}, and to be the file's owner. {name} is as it was."
            );
        }
        finally
        {
            File.Delete(next);
        }
    }

    private static string? TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? (string?)node : null;

    private static int? NumberOf(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && int.TryParse(node.ToJsonString(), out var number) ? number : null;

    private static Dictionary<string, bool> PluginsOf(JsonObject? json) =>
        (json?["plugins"] as JsonObject ?? [])
            .Where(member => member.Key.Length <= 100)
            .Take(100)
            .ToDictionary(member => member.Key, member => (member.Value as JsonObject)?["enabled"]?.GetValueKind() == JsonValueKind.True);

    /// <param name="Note">Why it is not written; null where it is.</param>
    private sealed record ConfigFile(string Place, string Text, string Hash, UnixFileMode Mode, string? Note);
}
