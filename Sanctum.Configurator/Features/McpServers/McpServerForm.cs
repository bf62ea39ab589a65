using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>An MCP server as it is added, changed or tested.</summary>
public sealed class McpServerForm : IValidatableObject
{
    private const int MostEntries = 100;

    /// <summary>Null for a new one. A test takes the stored secrets of this one where none are sent.</summary>
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [RegularExpression(
        "^[A-Za-z0-9][A-Za-z0-9 ._-]*$",
        ErrorMessage = "A name begins with a letter or a digit, and has only letters, digits, blanks, dots, dashes and underscores."
    )]
    [StringLength(McpServer.NameLength, ErrorMessage = "A name has at most 100 characters.")]
    public string Name
    {
        get;
        set => field = value is null ? "" : Unseen.Trim(value);
    } = "";

    /// <summary>Only for whoever adds it; it can't be changed afterwards.</summary>
    public bool IsMine { get; set; }

    [StringLength(2000, ErrorMessage = "A description has at most 2000 characters.")]
    public string? Description { get; set; }

    public McpTransport Transport { get; set; }

    /// <summary>
    /// With <c>${NAME}</c> for each value of <see cref="Environment"/> that stands in it. A key that is typed here becomes such a value.
    /// </summary>
    [StringLength(McpServer.UrlLength, ErrorMessage = "An address has at most 500 characters.")]
    [Sendable(SendableAs.Text)]
    public string? Url
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    public McpSignIn SignIn { get; set; }

    /// <summary>Another key, sent as <c>Authorization: Bearer</c>; "" for none; null leaves the stored one. It is never told.</summary>
    [StringLength(8192, ErrorMessage = "A key has at most 8192 characters.")]
    [Sendable(SendableAs.Key)]
    public string? ApiKey
    {
        get;
        set => field = value is null ? null : Unseen.Trim(value);
    }

    /// <summary>Headers that go with each request; null as a value leaves the stored one, a name that is left out is removed.</summary>
    [TextLimit(8192, MostEntries = MostEntries)]
    public Dictionary<string, string?>? Headers { get; set; }

    /// <summary>The program of a server over stdio.</summary>
    [StringLength(500, ErrorMessage = "A command has at most 500 characters.")]
    [Sendable(SendableAs.Text)]
    public string? Command
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    /// <summary>Of the program, with <c>${NAME}</c> as in an address.</summary>
    [TextLimit(4096, MostEntries = MostEntries)]
    public IReadOnlyList<string>? Arguments { get; set; }

    /// <summary>
    /// Encrypted variables: all that a program is given beside a path and a home, or what stands in an address. Null as a value leaves the
    /// stored one.
    /// </summary>
    [TextLimit(8192, MostEntries = MostEntries)]
    public Dictionary<string, string?>? Environment { get; set; }

    public bool IsEnabled { get; set; } = true;

    internal bool IsProgram => Transport == McpTransport.Stdio;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsProgram && Command is null)
        {
            yield return new("Enter the program.", [nameof(Command)]);
        }

        if (!IsProgram && WebAddress.Read(Url).Fault is { } fault)
        {
            yield return new($"This address can't be called: {fault}", [nameof(Url)]);
        }
        else if (!IsProgram && new Uri(Url!).UserInfo.Length > 0)
        {
            yield return new("Leave user and password out of the address. Enter them as a key or a header.", [nameof(Url)]);
        }

        foreach (var (name, value) in IsProgram ? [] : Headers ?? [])
        {
            if (HttpHeaderRules.FaultOf(name, value ?? "") is { } wrong)
            {
                yield return new(wrong, [nameof(Headers)]);
            }
        }

        foreach (var (name, value) in Environment ?? [])
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            {
                yield return new(
                    $"{(name.Length == 0 ? "An empty name" : name)} can't be the name of a variable. Use letters, digits and underscores.",
                    [nameof(Environment)]
                );
            }
            else if (IsProgram && CodeVariables.Has(name))
            {
                yield return new(McpCommands.CodeFault(name), [nameof(Environment)]);
            }
            else if (!IsProgram && value is { Length: > 0 } && !McpVariables.NamesIn(Url).Contains(name))
            {
                yield return new(
                    $"{name} stands nowhere in the address. Write {McpVariables.GapOf(name)} where its value belongs, or remove it.",
                    [nameof(Environment)]
                );
            }
        }
    }

    /// <summary>The secrets as they would be, of what is stored and what is typed.</summary>
    internal McpSecrets Apply(McpSecrets stored) =>
        IsProgram
            ? new(null, Merge(Environment, stored.Environment), McpSecrets.None.Headers)
            : new(
                ApiKey is null ? stored.ApiKey
                    : ApiKey.Length == 0 ? null
                    : ApiKey,
                Merge(Environment, stored.Environment, McpVariables.NamesIn(Url)),
                Merge(Headers, stored.Headers)
            );

    internal McpServerForm Copy() => (McpServerForm)MemberwiseClone();

    /// <summary>A row as it would be, without secrets, for a test.</summary>
    internal McpServer ToServer() =>
        new()
        {
            Name = Name,
            Url = Url ?? "",
            Transport = Transport,
            Command = Command,
            Arguments = JsonSerializer.Serialize(Arguments ?? []),
        };

    internal static McpServerForm Of(McpServerRow row) =>
        new()
        {
            Id = row.Id,
            Version = row.Version,
            Name = row.Name,
            IsMine = row.IsMine,
            Description = row.Description,
            Transport = row.Transport,
            Url = row.Url,
            SignIn = row.SignIn,
            Headers = row.HeaderNames.ToDictionary(name => name, _ => (string?)null),
            Command = row.Command,
            Arguments = row.Arguments,
            Environment = row.VariableNames.ToDictionary(name => name, _ => (string?)null),
            IsEnabled = row.IsEnabled,
        };

    /// <param name="names">The only ones that mean anything; null where all do.</param>
    private static Dictionary<string, string> Merge(
        Dictionary<string, string?>? typed,
        IReadOnlyDictionary<string, string> stored,
        IReadOnlyList<string>? names = null
    ) =>
        (typed ?? stored.Keys.ToDictionary(name => name, _ => (string?)null))
            .Where(pair => names?.Contains(pair.Key) != false)
            .Select(pair => (pair.Key, Value: pair.Value ?? stored.GetValueOrDefault(pair.Key)))
            .Where(pair => pair.Value is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Value!);
}
