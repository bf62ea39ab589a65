namespace Sanctum.Configurator.Platform;

/// <summary>Words that stand beside each other in a text, in lower case: one word, or a phrase.</summary>
/// <param name="IsPrefix">The last word may go on.</param>
public sealed record WordPhrase(IReadOnlyList<string> Words, bool IsPrefix)
{
    public bool Equals(WordPhrase? other) => other is not null && IsPrefix == other.IsPrefix && Words.SequenceEqual(other.Words);

    public override int GetHashCode() => HashCode.Combine(IsPrefix, Words.Count > 0 ? Words[0] : "");
}
