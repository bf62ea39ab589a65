using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>The ids behind the names that lines are searched by, and the names behind the ids that they carry.</summary>
public sealed class LogNames(IDbContextFactory<RegistryDbContext> registries)
{
    /// <summary>The agents, tools or plugins that are called so; a number is an id.</summary>
    /// <param name="source">"agent", "tool" or "plugin".</param>
    public async Task<IReadOnlyList<int>> FindAsync(string source, string name, CancellationToken cancel)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return [id];
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var named = Named(registry, source);
        var same = await named.Where(row => row.Name == name).Select(row => row.Id).Order().Take(100).ToListAsync(cancel);
        var pattern = name.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_");

        // SQLite's LIKE does not tell capitals from small letters; PostgreSQL's does.
        return same.Count > 0
            ? same
            : await (
                registry.Database.IsNpgsql()
                    ? named.Where(row => EF.Functions.ILike(row.Name, pattern, "\\"))
                    : named.Where(row => EF.Functions.Like(row.Name, pattern, "\\"))
            )
                .Select(row => row.Id)
                .Order()
                .Take(100)
                .ToListAsync(cancel);
    }

    public async Task<int?> FindUserAsync(string name, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var key = User.KeyOf(name);
        return await registry.Users.Where(user => user.NormalizedUserName == key).Select(user => (int?)user.Id).SingleOrDefaultAsync(cancel)
            ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null);
    }

    /// <summary>What these are called; one that is gone is not among them.</summary>
    public async Task<IReadOnlyDictionary<LogOrigin, string>> OfAsync(IReadOnlySet<LogOrigin> origins, CancellationToken cancel)
    {
        var names = new Dictionary<LogOrigin, string>();
        await using var registry = await registries.CreateDbContextAsync(cancel);
        foreach (
            var kind in origins
                .Where(origin => origin.Id is not null)
                .GroupBy(origin => origin.Source)
                .Where(kind => kind.Key is "agent" or "tool" or "plugin")
        )
        {
            var ids = kind.Select(origin => origin.Id!.Value).ToList();
            foreach (var row in await Named(registry, kind.Key).Where(row => EF.Parameter(ids).Contains(row.Id)).ToListAsync(cancel))
            {
                names[new(kind.Key, row.Id)] = row.Name;
            }
        }

        return names;
    }

    private static IQueryable<NamedRow> Named(RegistryDbContext registry, string source) =>
        source switch
        {
            "agent" => registry.Agents.Select(row => new NamedRow { Id = row.Id, Name = row.Name }),
            "tool" => registry.Tools.Select(row => new NamedRow { Id = row.Id, Name = row.Name }),
            _ => registry.Plugins.Select(row => new NamedRow { Id = row.Id, Name = row.Name }),
        };

    private sealed class NamedRow
    {
        public int Id { get; init; }
        public required string Name { get; init; }
    }
}
