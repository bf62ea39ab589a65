using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>What opens a backup that is encrypted.</summary>
public sealed class PassphraseForm
{
    [TextLimit(Lengths.Password)]
    public string? Passphrase { get; set; }
}
