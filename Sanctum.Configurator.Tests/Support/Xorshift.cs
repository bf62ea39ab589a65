namespace Sanctum.Configurator.Tests.Support;

/// <summary>Numbers that look like chance and are the same each time (Marsaglia, 2003).</summary>
internal sealed class Xorshift(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From 0 to one below the limit.</summary>
    public int Below(int limit)
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (int)((_state >> 11) % (ulong)limit);
    }
}
