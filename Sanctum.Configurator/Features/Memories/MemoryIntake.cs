using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>Hears what happens in conversations, inside the transaction in which it happens.</summary>
public sealed class MemoryIntake
{
    /// <summary>An answer is complete: memories are to be read from it and its question.</summary>
    public Task AfterExchangeAsync(RegistryDbContext registry, Guid conversationId, Guid answerId, CancellationToken cancel) =>
        Task.CompletedTask;

    /// <summary>A conversation was archived: it is to be summarised.</summary>
    public Task AfterEndAsync(RegistryDbContext registry, Guid conversationId, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Messages were deleted or edited: what was remembered from them goes with them.</summary>
    public Task ForgetOfMessagesAsync(RegistryDbContext registry, IReadOnlyCollection<Guid> messages, CancellationToken cancel) =>
        Task.CompletedTask;
}
