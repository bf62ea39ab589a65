using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// Follows one path. Each step reads a piece, and stores its lines and the new position in one transaction: killed in between, it reads
/// the same piece again, and nothing is lost or doubled.
/// </summary>
internal sealed class FileFollower(
    string machine,
    string path,
    LogOpener opener,
    RecordReader reader,
    LogWriter writer,
    FilePositions positions,
    TimeProvider clock
)
{
    /// <summary>Of a longer file that is first seen, so much of its end is taken.</summary>
    public const int FirstPiece = 1_048_576;

    /// <summary>Bytes that are read at once.</summary>
    private const int PieceBytes = 1_048_576;

    /// <summary>A line that is longer is taken in parts.</summary>
    private const int LongestLine = 4_194_304;

    /// <summary>After so long without more, the last line is taken to be whole.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private readonly FileTrail _trail = new(path, opener);
    private FilePosition? _position;
    private bool _isKnown;
    private (string Id, long Size, DateTimeOffset WrittenAt) _seen;
    private DateTimeOffset _since;
    private bool _isDone;

    public string Path => path;

    /// <summary>Whether the file that is read is in its folder, under whatever name.</summary>
    public bool IsStillThere => _position is { } read && FolderPaths.WithId(System.IO.Path.GetDirectoryName(path)!, read.File) is not null;

    /// <summary>How it goes, as of the last step.</summary>
    public FollowedFile State { get; private set; } = new(machine, path, FollowState.Waiting, null, null, 0, 0, 0, 0, null);

    /// <summary>Takes one piece.</summary>
    /// <returns>Whether there may be more at once.</returns>
    /// <exception cref="LogsRefusedException">The disk is full; the next step begins at the same place.</exception>
    public async Task<bool> StepAsync(CancellationToken cancel)
    {
        try
        {
            if (!_isKnown)
            {
                (_position, _isKnown) = (await positions.FindAsync(machine, path, cancel), true);
                opener.Reads(path, _position?.File ?? "");
            }

            return !IsUnchanged() && await ReadAsync(cancel);
        }
        catch (PositionMovedException)
        {
            // Another console on this machine stored them, or the logs were begun anew: what counts stands in the database.
            _isKnown = false;
            return true;
        }
        catch (PathRefusedException e)
        {
            Fail($"{e.Message} Change the path or remove the file from the list.");
        }
        catch (UnauthorizedAccessException)
        {
            Fail(
                $"The console's user {Environment.UserName} has no permission to read the file. Grant it, for example through the file's group."
            );
        }
        catch (IOException)
        {
            Fail("The file could not be read. Check its disk; the console retries automatically.");
        }

        return false;
    }

    public void Fail(string problem)
    {
        _isDone = false;
        State = State with { State = FollowState.Failing, Problem = problem };
    }

    private async Task<bool> ReadAsync(CancellationToken cancel)
    {
        if (_position is null)
        {
            return await BeginAsync(cancel);
        }

        using var file = _trail.Find(_position);
        if (file is null)
        {
            return await BeginAgainAsync();
        }

        // Asked before the file is read: what is in it after its writer went on to the next is all there will be.
        using var next = _trail.IsCurrent(file) ? null : _trail.After(file);
        var more = await TakeAsync(file, _position, next is not null);
        if (!more && next is not null && file.Length == _position.ReadTo)
        {
            await RememberAsync(file, cancel);
            await GoAsync([], _position with { File = next.Id, ReadTo = 0, Mark = "" });
            return true;
        }

        Tell(file);
        return more;
    }

    /// <summary>A file that is first seen: one that is long is begun near its end, at the beginning of a line.</summary>
    private async Task<bool> BeginAsync(CancellationToken cancel)
    {
        using var file = _trail.Current();
        if (file is null)
        {
            Wait();
            return false;
        }

        if (
            await positions.FindElsewhereAsync(machine, path, cancel) is { Count: > 0 } others
            && others.FirstOrDefault(other => file.MarkAt(other.ReadTo) == other.Mark) is { } same
        )
        {
            // This machine had another name, as a container has after each update.
            await GoAsync([], same with { Machine = machine, File = file.Id });
            return true;
        }

        var skipped = Math.Max(0, file.Length - FirstPiece);
        if (skipped > 0)
        {
            skipped += file.Read(skipped, FirstPiece).AsSpan().IndexOf((byte)'\n') + 1;
        }

        await GoAsync([], new(machine, path, file.Id, skipped, file.MarkAt(skipped) ?? "", skipped));
        return true;
    }

    /// <summary>What was read is gone: cut to nothing, or deleted. Where there is a file, it is a new one.</summary>
    private async Task<bool> BeginAgainAsync()
    {
        using var file = _trail.Current();
        var again = file is null ? null : _position! with { File = file.Id, ReadTo = 0, Mark = "" };
        if (again is null || again == _position)
        {
            Wait();
            return false;
        }

        await GoAsync([], again);
        return true;
    }

    private async Task<bool> TakeAsync(OpenLog file, FilePosition from, bool isFinal)
    {
        for (var size = PieceBytes; ; size = LongestLine)
        {
            // With what is before it, by which it is known that this is still the same file.
            var before = (int)Math.Min(OpenLog.MarkedBytes, from.ReadTo);
            var bytes = file.Read(from.ReadTo - before, before + size);
            var head =
                from.ReadTo < OpenLog.MarkedBytes ? bytes.AsSpan(0, Math.Min(before, bytes.Length)).ToArray() : file.Head(from.ReadTo);
            if (bytes.Length < before || OpenLog.MarkOf(head, bytes.AsSpan(0, before)) != from.Mark)
            {
                return true;
            }

            var isAll = bytes.Length < before + size;
            if (bytes.Length > before && bytes[before] == 0)
            {
                return await PassFillerAsync(file, from, isFinal);
            }

            var end =
                (isAll && isFinal) || (!isAll && size == LongestLine) ? PieceEnd.Final
                : isAll && IsQuiet(file) ? PieceEnd.Quiet
                : PieceEnd.Open;
            var read = reader.Read(bytes.AsSpan(before), file.Facts.WrittenAt, end);
            if (read.Consumed == 0 && !isAll && size == PieceBytes)
            {
                continue;
            }

            if (read.Consumed > 0)
            {
                await GoAsync(read.Lines, After(from, file, bytes.AsMemory(0, before + read.Consumed), read.Lines));
            }

            _isDone = isAll && _position!.ReadTo == from.ReadTo - before + bytes.Length;
            return !isAll;
        }
    }

    /// <summary>
    /// A writer that goes on at its old place in a file that was cut leaves a hole there, and a crash of the machine leaves blocks that
    /// were
    /// never written. What is at the end is left: it may still be filled.
    /// </summary>
    private async Task<bool> PassFillerAsync(OpenLog file, FilePosition position, bool isFinal)
    {
        var end = file.EndOfFiller(position.ReadTo);
        if (end < file.Length || isFinal)
        {
            await GoAsync([], position with { File = file.Id, ReadTo = end, Mark = file.MarkAt(end) ?? "" });
            return !isFinal;
        }

        _ = IsQuiet(file);
        _isDone = true;
        return false;
    }

    private static FilePosition After(FilePosition last, OpenLog file, ReadOnlyMemory<byte> bytes, IReadOnlyList<LogLine> lines)
    {
        var start = last.ReadTo - Math.Min(OpenLog.MarkedBytes, last.ReadTo);
        var to = start + bytes.Length;
        var head = start == 0 ? bytes[..Math.Min(OpenLog.MarkedBytes, bytes.Length)].ToArray() : file.Head(to);
        return last with
        {
            File = file.Id,
            ReadTo = to,
            Mark = OpenLog.MarkOf(head, bytes[Math.Max(0, bytes.Length - OpenLog.MarkedBytes)..].Span),
            Lines = last.Lines + lines.Count,
            LastLineAt = lines.Count > 0 ? lines[^1].Timestamp : last.LastLineAt,
        };
    }

    private async Task GoAsync(IReadOnlyList<LogLine> lines, FilePosition to)
    {
        await writer.WriteAsync(lines, new FileStep(_position, to));
        _position = to;
        opener.Reads(path, to.File);
    }

    /// <summary>
    /// A file that was read to its end may have a name by now for which a path with stars stands: it is known by its number then.
    /// </summary>
    private async Task RememberAsync(OpenLog file, CancellationToken cancel)
    {
        if (file.Id.Length > 0 && !FolderPaths.LooksRotatedAway(file.Path))
        {
            await writer.WriteAsync(
                [],
                new FileStep(await positions.FindAsync(machine, file.Id, cancel), _position! with { Path = file.Id, Lines = 0 })
            );
        }
    }

    /// <summary>Whether there is nothing to look for: all was read, and the file was not written since.</summary>
    private bool IsUnchanged() =>
        _isDone && FileFacts.Of(path) is { } facts && (facts.Id, facts.Size, facts.WrittenAt) == _seen && facts.Id.Length > 0;

    private bool IsQuiet(OpenLog file)
    {
        var now = (file.Id, file.Facts.Size, file.Facts.WrittenAt);
        if (now != _seen)
        {
            (_seen, _since) = (now, clock.GetUtcNow());
        }

        return clock.GetUtcNow() - _since >= Quiet;
    }

    private void Wait()
    {
        _isDone = false;
        State = Place(FollowState.Waiting, "The file doesn't exist yet. Its lines are read as soon as it does.") with
        {
            Size = null,
            Behind = 0,
        };
    }

    private void Tell(OpenLog file)
    {
        var rest = _trail.IsCurrent(file) ? 0 : FileFacts.Of(path)?.Size ?? 0;
        State = Place(FollowState.Following, null) with
        {
            Size = file.Length,
            Behind = Math.Max(0, file.Length - _position!.ReadTo) + rest,
        };
    }

    private FollowedFile Place(FollowState state, string? problem) =>
        State with
        {
            State = state,
            Problem = problem,
            ReadTo = _position?.ReadTo ?? 0,
            Skipped = _position?.Skipped ?? 0,
            Lines = _position?.Lines ?? 0,
            LastLineAt = _position?.LastLineAt,
        };
}
