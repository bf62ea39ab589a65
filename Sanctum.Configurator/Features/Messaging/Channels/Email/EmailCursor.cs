namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>How far a mailbox was read: the number of its last mail, and the numbering in which that counts.</summary>
internal sealed record EmailCursor(uint Validity, uint Last)
{
    public static EmailCursor? Read(string? text)
    {
        var parts = (text ?? "").Split(':');
        return
            parts.Length == 2
            && uint.TryParse(parts[0], CultureInfo.InvariantCulture, out var validity)
            && uint.TryParse(parts[1], CultureInfo.InvariantCulture, out var last)
            ? new(validity, last)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Validity}:{Last}");
}
