namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>What can be wished for when a file is imported, by V1's names for it.</summary>
internal static class LettaImport
{
    public const string Name = "name";
    public const string Model = "model";
    public const string Embedding = "embedding";

    private const string CopySuffix = "append_copy_suffix";

    /// <summary>The name of an imported agent, as a V1 server gives it.</summary>
    public static string NameOf(CarriedAgent agent, Dictionary<string, string> wishes) =>
        wishes.GetValueOrDefault(Name) is { Length: > 0 } wished ? wished
        : wishes.GetValueOrDefault(CopySuffix) == "true" ? $"{agent.Name}_copy"
        : agent.Name;
}
