namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>Computes on a thread of its own: in the pool, clicks would wait behind pieces that take milliseconds each.</summary>
internal static class OwnThread
{
    public static Task<T> RunAsync<T>(Func<T> compute) =>
        Task.Factory.StartNew(
            compute,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );

    public static Task RunAsync(Action compute) =>
        Task.Factory.StartNew(
            compute,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
}
