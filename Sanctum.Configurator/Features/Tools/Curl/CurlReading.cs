using System.Diagnostics.CodeAnalysis;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// A pasted cURL command, read as the request that curl would send. Nothing is run, no file is opened and no variable is looked up: what
/// would need that is named instead. Reading takes time in proportion to the command's length.
/// </summary>
[SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "The closed set of answers reads as one.")]
internal abstract record CurlReading
{
    /// <summary>
    /// Longer commands are refused, in characters: so many are read within 50 ms by an unoptimised build on a small machine too.
    /// </summary>
    public const int MostCharacters = 128 * 1024;

    private CurlReading() { }

    /// <summary>
    /// Reads commands for bash and other POSIX shells, for the Windows command prompt and for PowerShell: see <see cref="ShellDialects"/>.
    /// </summary>
    public static CurlReading Read(string? command) => CurlReader.Read(command ?? "");

    /// <summary>The request; <paramref name="Unsupported"/> has a sentence for each thing the command says that is
    /// not in it. The sentences are for the person who pasted the command and repeat pieces of it.</summary>
    public sealed record Understood(CurlRequest Request, IReadOnlyList<string> Unsupported, IReadOnlyList<CurlSecret> Secrets) : CurlReading
    {
        protected override bool PrintMembers(StringBuilder builder)
        {
            builder.Append($"{nameof(Request)} = {Request}, {Unsupported.Count} unsupported, {Secrets.Count} secrets");
            return true;
        }
    }

    /// <summary>What is wrong and what to do about it. It is for the person who pasted the command and may repeat a word of it.</summary>
    /// <param name="Position">The character it was found at, counted from 1.</param>
    public sealed record Refused(string Reason, int Position) : CurlReading;
}
