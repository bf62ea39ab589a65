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
    private string? _problem;
    private bool _isBusy;

    [Inject]
    public required RecoveryKits Kits { get; init; }

    [Inject]
    public required Reauthentication Reauthentication { get; init; }

    private string PassphraseOption => _kit!.HasPassphrase ? " --passphrase-file WORDS.txt" : "";

    protected override async Task ReadAsync(CancellationToken cancel) => _kit = await Kits.ReadAsync(cancel);

    /// <summary>The browser prints by itself; this only remembers it.</summary>
    private Task KeepAsync() => Kits.KeepAsync(CancellationToken.None);

    private async Task RevealAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            _problem = await Reauthentication.RefuseAsync(_form.Password, CancellationToken.None);
            if (_problem is null)
            {
                _passphrase = await Kits.RevealAsync(CancellationToken.None);
                _problem = _passphrase is null ? "The passphrase no longer exists." : null;
            }
        }
        catch (BackupFailedException e)
        {
            _problem = e.Message;
        }
        finally
        {
            _isBusy = false;
            _form.Password = "";
        }
    }
}
