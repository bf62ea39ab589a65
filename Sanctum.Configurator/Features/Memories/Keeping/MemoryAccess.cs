using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>
/// Who may see and change which memory: everybody his own, and read what is shared; only who may change the settings writes what is shared.
/// Administrators don't read other people's.
/// </summary>
public sealed class MemoryAccess(CurrentUser caller)
{
    internal const string MayNot = "You don't have permission to use memories. It requires conversations:use.";
    internal const string NoUser = "Memories belong to users. Sign in, or use a key of a user.";
    internal const string MayNotShare =
        "You don't have permission to change what everybody's conversations use. It requires settings:write.";

    /// <summary>The owner's word in the table; null for nobody.</summary>
    public string? Owner => caller.Id?.ToString(CultureInfo.InvariantCulture);

    public Task<bool> MayShareAsync() => caller.MayAsync(Policies.WriteSettings);

    public Task<bool> MayReadRegistryAsync() => caller.MayAsync(Policies.ReadRegistry);

    /// <summary>Null where whoever asks may have memories.</summary>
    internal async Task<Outcome<T>.Invalid?> RefuseAsync<T>() =>
        !await caller.MayAsync(Policies.UseConversations) ? new("", MayNot)
        : Owner is null ? new("", NoUser)
        : null;

    internal IQueryable<Memory> Own(RegistryDbContext registry)
    {
        var owner = Owner;
        return registry.Memories.Where(m => owner != null && m.UserId == owner);
    }

    internal IQueryable<Memory> Readable(RegistryDbContext registry)
    {
        var owner = Owner;
        return registry.Memories.Where(m => owner != null && (m.UserId == owner || m.Scope == MemoryScope.Shared));
    }

    /// <summary>Why whoever asks may not change a memory that he can read; null where he may.</summary>
    internal async Task<string?> ProblemWithAsync(string userId, params IReadOnlyCollection<MemoryScope> scopes) =>
        (userId != Owner || scopes.Contains(MemoryScope.Shared)) && !await MayShareAsync() ? MayNotShare : null;
}
