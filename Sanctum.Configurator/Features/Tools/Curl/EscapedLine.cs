namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>A command line without its carets, which knows where each of its characters stood in what was pasted.</summary>
internal sealed class EscapedLine
{
    private readonly StringBuilder _line = new();
    private readonly List<int> _starts = [];
    private readonly List<int> _positions = [];

    public void Append(string text, int position, int length)
    {
        if (_starts.Count == 0 || _positions[^1] - _starts[^1] != position - _line.Length)
        {
            _starts.Add(_line.Length);
            _positions.Add(position);
        }

        _line.Append(text, position, length);
    }

    public int PositionOf(int at)
    {
        var found = _starts.BinarySearch(at);
        var piece = found < 0 ? ~found - 1 : found;
        return _positions[piece] + at - _starts[piece];
    }

    public override string ToString() => _line.ToString();
}
