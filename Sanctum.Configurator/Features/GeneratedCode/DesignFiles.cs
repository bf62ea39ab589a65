using Sanctum.Configurator.Registry.GeneratedCode;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>What a prompt is told of the design system, as JSON; null where there is no such file.</summary>
public sealed record DesignForPrompt(string? Catalog, string? Tokens);

/// <summary>The files of the design system that are active.</summary>
public sealed class DesignFiles(IDbContextFactory<RegistryDbContext> registries)
{
    /// <summary>Characters of one file in a prompt.</summary>
    public const int MostInPrompt = 12_000;

    /// <summary>In one line each, and where it is longer than there is room for, without its last parts and marked so.</summary>
    public async Task<DesignForPrompt> ForPromptAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var active = await registry
            .DesignFiles.AsNoTracking()
            .Where(f => f.IsActive)
            .Select(f => new { f.Kind, f.Content })
            .ToDictionaryAsync(f => f.Kind, f => f.Content, cancel);
        return new(Shorten(active.GetValueOrDefault(DesignFileKind.Catalog)), Shorten(active.GetValueOrDefault(DesignFileKind.Tokens)));
    }

    /// <summary>Whole members as long as there is room, so that what is left is JSON still.</summary>
    internal static string? Shorten(string? content, int most = MostInPrompt)
    {
        if (content is null || JsonText.Parse(content).Node is not { } json)
        {
            return null; // Another program wrote it: nobody knows what a model would make of it.
        }

        var whole = json.ToJsonString(ReadableJson.OneLine);
        return whole.Length <= most ? whole : ShortJson.Of(json, most).ToJsonString(ReadableJson.OneLine);
    }
}
