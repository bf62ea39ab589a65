using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>The conversations of a user, with the code that came of them.</summary>
internal sealed class ConversationBelongings : IUserBelongings
{
    public async Task<IReadOnlyList<string>> CountAsync(RegistryDbContext registry, int user, CancellationToken cancel)
    {
        var owner = OwnerOf(user);
        var conversations = await registry.Conversations.CountAsync(c => c.UserId == owner && !c.IsTemporary, cancel);
        var code = await registry.CodeBlocks.CountAsync(c => c.UserId == owner, cancel);
        return
        [
            .. conversations > 0 ? [Counted(conversations, "conversation")] : Array.Empty<string>(),
            .. code > 0 ? [Counted(code, "block", " of generated code")] : Array.Empty<string>(),
        ];
    }

    public Task DeleteAsync(RegistryDbContext registry, int user, CancellationToken cancel) => DeleteAsync(registry, OwnerOf(user), cancel);

    /// <summary>All of it, what is temporary too.</summary>
    public static async Task DeleteAsync(RegistryDbContext registry, string owner, CancellationToken cancel)
    {
        await registry.Conversations.Where(c => c.UserId == owner).ExecuteDeleteAsync(cancel);
        await registry.CodeBlocks.Where(c => c.UserId == owner).ExecuteDeleteAsync(cancel);
    }

    private static string OwnerOf(int user) => user.ToString(CultureInfo.InvariantCulture);

    private static string Counted(int number, string what, string of = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}{of}");
}
