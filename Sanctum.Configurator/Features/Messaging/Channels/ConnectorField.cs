namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>Something that a connector needs to know. The dialog and the API ask for it by this.</summary>
/// <param name="Name">As it is stored, such as "imap_host".</param>
/// <param name="Label">As people read it.</param>
public sealed record ConnectorField(string Name, string Label)
{
    public ConnectorFieldKind Kind { get; init; }
    public string? Help { get; init; }
    public string? Placeholder { get; init; }
    public bool IsRequired { get; init; }

    /// <summary>What holds where nothing is given.</summary>
    public string? Default { get; init; }

    /// <summary>Of a choice: value → as people read it.</summary>
    public IReadOnlyList<(string Value, string Text)> Options { get; init; } = [];

    /// <summary>Of a number.</summary>
    public int Least { get; init; }
    public int Most { get; init; } = int.MaxValue;

    /// <summary>It says where the secret is sent: who changes it has to give the secret again.</summary>
    public bool IsPlace { get; init; }

    /// <summary>Of every channel: whether people may begin a new conversation of the agent.</summary>
    public static readonly ConnectorField AllowNew = new("allow_new", "Let people begin a new conversation with /new")
    {
        Kind = ConnectorFieldKind.Switch,
        Default = "false",
        Help = "It begins anew for everybody who talks to the agent.",
    };

    /// <summary>What a channel of the connector is told.</summary>
    public static IReadOnlyList<ConnectorField> Of(IConnector connector) => [.. connector.Fields, AllowNew];

    /// <summary>What is wrong with a value, in a sentence; null where nothing is.</summary>
    public string? FaultOf(string? value) =>
        value is null or "" ? (IsRequired && Default is null ? $"Enter: {Label}." : null)
        : Kind == ConnectorFieldKind.Number && (!int.TryParse(value, out var number) || number < Least || number > Most)
            ? $"{Label}: enter a number from {Least} to {Most}."
        : Kind == ConnectorFieldKind.Switch && value is not ("true" or "false") ? $"{Label}: enter true or false."
        : Kind == ConnectorFieldKind.Choice && Options.All(option => option.Value != value)
            ? $"{Label}: choose one of {string.Join(", ", Options.Select(option => option.Value))}."
        : Platform.Sendable.FaultOfText(value);
}

public enum ConnectorFieldKind
{
    Text,
    Number,
    Choice,
    Switch,
}

/// <summary>The secret of a connector.</summary>
/// <param name="Label">As people read it.</param>
/// <param name="FaultOf">What is wrong with one, in a sentence; null where nothing is.</param>
public sealed record ConnectorSecret(string Label, string Help, Func<string, string?> FaultOf)
{
    /// <summary>Makes one, where the console can; null where another one issues it.</summary>
    public Func<string>? Generate { get; init; }
}
