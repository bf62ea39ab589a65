using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups.Archive;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>What somebody needs on the day on which this machine is gone, to be printed.</summary>
public sealed partial class RecoveryKitPage
{
    private readonly PasswordAgainForm _form = new();
    private RecoveryKit? _kit;
    private string? _passphrase;

    [Inject]
    public required RecoveryKits Kits { get; init; }

    [Inject]
    public required Reauthentication Reauthentication { get; init; }

    private string PassphraseOption => _kit!.HasPassphrase ? " --passphrase-file WORDS.txt" : "";

    protected override async Task ReadAsync(CancellationToken cancel) => _kit = await Kits.ReadAsync(cancel);

    /// <summary>The browser prints by itself; this only remembers it.</summary>
    private Task KeepAsync() => Kits.KeepAsync(CancellationToken.None);

    private Task RevealAsync() =>
        WorkAsync(async () =>
        {
            try
            {
                Problem = await Reauthentication.RefuseAsync(_form.Password, CancellationToken.None);
                if (Problem is null)
                {
                    _passphrase = await Kits.RevealAsync(CancellationToken.None);
                    Problem = _passphrase is null ? "The passphrase no longer exists." : null;
                }
            }
            catch (BackupFailedException e)
            {
                Problem = e.Message;
            }
            finally
            {
                _form.Password = "";
            }
        });
}
