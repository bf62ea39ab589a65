using System.Numerics.Tensors;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>
/// The vectors of one index in this process, of which the closest are found: by 16-bit numbers, or, where there are very many, by 8-bit
/// numbers, after which the best are compared exactly. Readers and writers wait for each other.
/// </summary>
internal sealed class VectorRows(int dimension, int quantiseBeyond = VectorRows.QuantiseBeyond) : IDisposable
{
    /// <summary>From how many rows on they are kept as 8-bit numbers.</summary>
    public const int QuantiseBeyond = 200_000;

    /// <summary>Rows of one block of storage.</summary>
    private const int BlockRows = 1_024;

    /// <summary>From how many rows on several cores look for them.</summary>
    private const int ParallelFrom = 8_192;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<Guid, (int Slot, string Key)> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly List<short[]> _shorts = [];
    private readonly List<sbyte[]> _bytes = [];
    private readonly List<float[]> _scales = [];
    private int _next;
    private bool _isQuantised;

    public int Dimension => dimension;

    public int Count => _slots.Count;

    /// <summary>What is found has to be compared exactly by whoever has the vectors themselves.</summary>
    public bool IsQuantised => _isQuantised;

    public void Dispose() => _lock.Dispose();

    /// <summary>Those of the rows that are not here, or by another content.</summary>
    public IReadOnlyList<Guid> Missing(IEnumerable<(Guid Id, string Key)> wanted)
    {
        _lock.EnterReadLock();
        try
        {
            return [.. wanted.Where(row => !_slots.TryGetValue(row.Id, out var at) || at.Key != row.Key).Select(row => row.Id)];
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    public void Set(IEnumerable<(Guid Id, string Key, float[] Vector)> rows)
    {
        _lock.EnterWriteLock();
        try
        {
            foreach (var (id, key, vector) in rows)
            {
                var slot = _slots.TryGetValue(id, out var known) ? known.Slot : NewSlot();
                _slots[id] = (slot, key);
                Write(slot, VectorMath.Normalised(vector));
            }

            if (!_isQuantised && _slots.Count > quantiseBeyond)
            {
                Quantise();
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Lets go of all others.</summary>
    public void Keep(IReadOnlySet<Guid> ids)
    {
        _lock.EnterWriteLock();
        try
        {
            foreach (var (id, at) in _slots.Where(row => !ids.Contains(row.Key)).ToList())
            {
                _slots.Remove(id);
                _free.Push(at.Slot);
                Clear(at.Slot);
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>The closest of some rows by cosine, the best first; of equal ones in the order of their ids.</summary>
    public IReadOnlyList<(Guid Id, float Cosine)> Nearest(ReadOnlySpan<float> query, IEnumerable<Guid> among, int most)
    {
        var unit = VectorMath.Normalised(query);
        _lock.EnterReadLock();
        try
        {
            List<(Guid Id, int Slot)> rows = [];
            foreach (var id in among)
            {
                if (_slots.TryGetValue(id, out var at))
                {
                    rows.Add((id, at.Slot));
                }
            }

            var scores = new float[rows.Count];
            Score(unit, rows, scores);
            return Best(rows, scores, most);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private static List<(Guid Id, float Cosine)> Best(List<(Guid Id, int Slot)> rows, float[] scores, int most)
    {
        var best = new PriorityQueue<int, (float Score, Guid Id)>(
            Comparer<(float Score, Guid Id)>.Create(
                static (one, other) => one.Score != other.Score ? one.Score.CompareTo(other.Score) : other.Id.CompareTo(one.Id)
            )
        );
        for (var at = 0; at < scores.Length; at++)
        {
            if (best.Count < most)
            {
                best.Enqueue(at, (scores[at], rows[at].Id));
            }
            else if (most > 0 && best.TryPeek(out _, out var worst) && scores[at] > worst.Score)
            {
                best.EnqueueDequeue(at, (scores[at], rows[at].Id));
            }
        }

        List<(Guid Id, float Cosine)> found = [];
        while (best.TryDequeue(out var at, out _))
        {
            found.Add((rows[at].Id, scores[at]));
        }

        found.Reverse();
        return found;
    }

    private void Score(float[] unit, List<(Guid Id, int Slot)> rows, float[] scores)
    {
        var (numbers, scale) = (new short[dimension], 0f);
        if (_isQuantised)
        {
            var bytes = new sbyte[dimension];
            scale = QuantisedMath.Quantise(unit, bytes);
            TensorPrimitives.ConvertChecked<sbyte, short>(bytes, numbers);
        }
        else
        {
            QuantisedMath.Quantise(unit, numbers);
        }

        if (rows.Count < ParallelFrom)
        {
            ScorePart(numbers, scale, rows, scores, 0, rows.Count);
            return;
        }

        var parts = Environment.ProcessorCount;
        var size = (rows.Count + parts - 1) / parts;
        Parallel.For(0, parts, part => ScorePart(numbers, scale, rows, scores, part * size, Math.Min(rows.Count, (part + 1) * size)));
    }

    private void ScorePart(short[] numbers, float scale, List<(Guid Id, int Slot)> rows, float[] scores, int from, int to)
    {
        for (var at = from; at < to; at++)
        {
            var (block, start) = Place(rows[at].Slot);
            if (_isQuantised)
            {
                var product = QuantisedMath.Dot(numbers, _bytes[block].AsSpan(start * dimension, dimension));
                scores[at] = product * scale * _scales[block][start];
            }
            else
            {
                scores[at] = QuantisedMath.Cosine(numbers, _shorts[block].AsSpan(start * dimension, dimension));
            }
        }
    }

    private static (int Block, int Row) Place(int slot) => (slot / BlockRows, slot % BlockRows);

    private int NewSlot()
    {
        if (_free.TryPop(out var free))
        {
            return free;
        }

        if (_next % BlockRows == 0)
        {
            if (_isQuantised)
            {
                _bytes.Add(new sbyte[BlockRows * dimension]);
                _scales.Add(new float[BlockRows]);
            }
            else
            {
                _shorts.Add(new short[BlockRows * dimension]);
            }
        }

        return _next++;
    }

    private void Write(int slot, ReadOnlySpan<float> unit)
    {
        var (block, row) = Place(slot);
        if (_isQuantised)
        {
            _scales[block][row] = QuantisedMath.Quantise(unit, _bytes[block].AsSpan(row * dimension, dimension));
        }
        else
        {
            QuantisedMath.Quantise(unit, _shorts[block].AsSpan(row * dimension, dimension));
        }
    }

    private void Clear(int slot)
    {
        var (block, row) = Place(slot);
        if (_isQuantised)
        {
            _bytes[block].AsSpan(row * dimension, dimension).Clear();
        }
        else
        {
            _shorts[block].AsSpan(row * dimension, dimension).Clear();
        }
    }

    private void Quantise()
    {
        _isQuantised = true;
        var unit = new float[dimension];
        for (var block = 0; block < _shorts.Count; block++)
        {
            _bytes.Add(new sbyte[BlockRows * dimension]);
            _scales.Add(new float[BlockRows]);
            for (var row = 0; row < BlockRows; row++)
            {
                QuantisedMath.Restore(_shorts[block].AsSpan(row * dimension, dimension), unit);
                _scales[block][row] = QuantisedMath.Quantise(unit, _bytes[block].AsSpan(row * dimension, dimension));
            }

            _shorts[block] = [];
        }

        _shorts.Clear();
    }
}
