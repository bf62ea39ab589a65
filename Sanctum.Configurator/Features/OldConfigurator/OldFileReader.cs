namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>
/// Reads an uploaded <c>sanctum_ui.db</c>, which may be anything. It is read from a private copy that is gone when this returns; one file
/// at
/// a time.
/// </summary>
public sealed class OldFileReader(RegistryLocation location, TimeProvider clock) : IDisposable
{
    public const int MaxBytes = 64 << 20;

    /// <summary>For SQLite's part. A real file takes a fraction of a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A copy that is older was left behind by a console that was killed.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    /// <summary>What the file holds, or why it is refused.</summary>
    public async Task<Outcome<OldContent>> ReadAsync(Stream upload, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        var copy = Path.Combine(location.DataDirectory, $"old-configurator-{Guid.NewGuid():N}.tmp");
        try
        {
            RemoveLeftovers();
            if (await CopyAsync(upload, copy, cancel) is { } refusal)
            {
                return Refused(refusal);
            }

            using var deadline = new CancellationTokenSource(Patience, clock);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);

            // SQLite works synchronously, and so does bcrypt: the circuit goes on meanwhile.
            var content = await Task.Run(() => OldDatabase.Read(copy, stop.Token), cancel);
            return new Outcome<OldContent>.Ok(await Task.Run(() => OldPasswords.Judge(content, OldPasswords.Budget, cancel), cancel));
        }
        catch (OldFileException e)
        {
            cancel.ThrowIfCancellationRequested();
            return Refused(e.Message);
        }
        finally
        {
            File.Delete(copy);
            _one.Release();
        }
    }

    private static Outcome<OldContent>.Invalid Refused(string reason) => new("file", reason);

    private void RemoveLeftovers()
    {
        foreach (var old in Directory.EnumerateFiles(location.DataDirectory, "old-configurator-*.tmp"))
        {
            if (File.GetLastWriteTimeUtc(old) < clock.GetUtcNow().UtcDateTime - LongAgo)
            {
                File.Delete(old);
            }
        }
    }

    private static async Task<string?> CopyAsync(Stream upload, string copy, CancellationToken cancel)
    {
        await using var file = PrivateFiles.Create(copy);
        var buffer = new byte[81_920];
        for (int read; (read = await upload.ReadAsync(buffer, cancel)) > 0; )
        {
            if (file.Length == 0 && !buffer.AsSpan(0, read).StartsWith("SQLite"u8))
            {
                return OldDatabase.NotSqlite;
            }

            if (file.Position + read > MaxBytes)
            {
                return "The file is larger than 64 MB. It is probably not the old configurator's file.";
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        return file.Position == 0 ? "The file is empty." : null;
    }
}

/// <summary>Why a file is refused, in a sentence that quotes nothing of it.</summary>
internal sealed class OldFileException(string reason) : Exception(reason);
