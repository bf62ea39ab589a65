using System.Reflection;
using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Model;

/// <summary>The words of an enum as the seeds and the JSON of the API write them.</summary>
internal static class EnumText<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>()
        .ToDictionary(
            value => value,
            value => typeof(T).GetField(value.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.ToString()
        );

    private static readonly Dictionary<string, T> ByWord = ByValue.ToDictionary(
        pair => pair.Value,
        pair => pair.Key,
        StringComparer.OrdinalIgnoreCase
    );

    public static IEnumerable<string> All => ByValue.Values;

    public static string Of(T value) => ByValue[value];

    /// <summary>One row with a word that is none takes no list from anybody: the first of the enum's words stands for it.</summary>
    public static T Parse(string word) => Find(word) ?? Enum.GetValues<T>()[0];

    public static T? Find(string? word) => word is not null && ByWord.TryGetValue(word.Trim(), out var value) ? value : null;
}
