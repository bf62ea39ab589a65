namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>
/// The vectors of one index in this process, of which the closest are found: by 16-bit numbers, or, where there are very many, by
/// <see cref="QuantisedRows"/>, after which the best are compared exactly. Readers and writers wait for each other.
/// </summary>
internal sealed class VectorRows(int dimension, int quantiseBeyond = VectorRows.QuantiseBeyond) : IDisposable
{
    /// <summary>From how many rows on they are kept as 8-bit numbers.</summary>
    public const int QuantiseBeyond = 200_000;

    /// <summary>Rows of one block of storage.</summary>
    public const int BlockRows = 1_024;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<Guid, (int Slot, string Key)> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly List<short[]> _shorts = [];
    private QuantisedRows? _quantised;
    private int _next;

    public int Dimension => dimension;

    public int Count => _slots.Count;

    /// <summary>What is found has to be compared exactly by whoever has the vectors themselves.</summary>
    public bool IsQuantised => _quantised is not null;

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

            if (_quantised is null && _slots.Count > quantiseBeyond)
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
        _lock.EnterReadLock();
        try
        {
            return Nearest(query, Find(among), most);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>Where some rows are, for as long as none is written.</summary>
    internal (Guid[] Ids, int[] Slots) Find(IEnumerable<Guid> among)
    {
        var (ids, slots) = (new List<Guid>(), new List<int>());
        foreach (var id in among)
        {
            if (_slots.TryGetValue(id, out var at))
            {
                ids.Add(id);
                slots.Add(at.Slot);
            }
        }

        return ([.. ids], [.. slots]);
    }

    internal List<(Guid Id, float Cosine)> Nearest(ReadOnlySpan<float> query, (Guid[] Ids, int[] Slots) rows, int most)
    {
        var unit = VectorMath.Normalised(query);
        var scores = new float[rows.Slots.Length];
        if (_quantised is not null)
        {
            _quantised.Score(unit, rows.Slots, scores, most);
        }
        else
        {
            Score(unit, rows.Slots, scores);
        }

        return RowParts.Best(rows.Ids, scores, most);
    }

    private void Score(float[] unit, int[] slots, float[] scores)
    {
        var numbers = new short[dimension];
        QuantisedMath.Quantise(unit, numbers);
        RowParts.Run(
            slots.Length,
            (from, to) =>
            {
                for (var at = from; at < to; at++)
                {
                    var (block, row) = Place(slots[at]);
                    scores[at] = QuantisedMath.Cosine(numbers, _shorts[block].AsSpan(row * dimension, dimension));
                }
            }
        );
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
            if (_quantised is null)
            {
                _shorts.Add(new short[BlockRows * dimension]);
            }
            else
            {
                _quantised.AddBlock();
            }
        }

        return _next++;
    }

    private void Write(int slot, ReadOnlySpan<float> unit)
    {
        if (_quantised is not null)
        {
            _quantised.Write(slot, unit);
            return;
        }

        var (block, row) = Place(slot);
        QuantisedMath.Quantise(unit, _shorts[block].AsSpan(row * dimension, dimension));
    }

    private void Clear(int slot)
    {
        if (_quantised is not null)
        {
            _quantised.Clear(slot);
            return;
        }

        var (block, row) = Place(slot);
        _shorts[block].AsSpan(row * dimension, dimension).Clear();
    }

    private void Quantise()
    {
        var quantised = new QuantisedRows(dimension);
        var unit = new float[dimension];
        for (var block = 0; block < _shorts.Count; block++)
        {
            quantised.AddBlock();
            for (var row = 0; row < BlockRows; row++)
            {
                QuantisedMath.Restore(_shorts[block].AsSpan(row * dimension, dimension), unit);
                quantised.Write((block * BlockRows) + row, unit);
            }

            _shorts[block] = [];
        }

        _shorts.Clear();
        _quantised = quantised;
    }
}
