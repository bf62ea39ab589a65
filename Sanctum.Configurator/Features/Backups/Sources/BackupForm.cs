using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>A backup that is wanted.</summary>
public sealed class BackupForm
{
    /// <summary>Nothing, or at least 12 characters in one line, as they are typed again or stand in a file; blanks around them are none.</summary>
    internal const string PassphraseRule = @"^$|^\s*\S[^\r\n]{10,}\S\s*$";

    internal const string PassphraseLimits = "A passphrase has at least 12 characters. It can't contain line breaks.";

    /// <summary>
    /// "full": the registry and the logs. "incremental": what has changed of them since the newest backup under the same passphrase; a full
    /// one where there is none. "config_only": what was set, without history, sessions, checks, messages and logs.
    /// </summary>
    public BackupType Type { get; set; } = BackupType.Full;

    [StringLength(500, ErrorMessage = "A note has at most 500 characters.")]
    public string? Note { get; set; }

    /// <summary>
    /// What it holds beside the registry, by name: any of "logs", "letta_agents", "sanctum_files", "letta_files" and "broca". Null leaves
    /// the
    /// switches below as they are.
    /// </summary>
    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string>? Parts
    {
        get;
        set
        {
            field = value;
            if (value is not null)
            {
                (Logs, LettaAgents, SanctumFiles) = (
                    value.Contains("logs"),
                    value.Contains("letta_agents"),
                    value.Contains("sanctum_files")
                );
                (LettaFiles, Broca) = (value.Contains("letta_files"), value.Contains("broca"));
            }
        }
    }

    internal static readonly IReadOnlyList<string> PartNames = ["logs", "letta_agents", "sanctum_files", "letta_files", "broca"];

    /// <summary>Whether a full or incremental backup holds the logs.</summary>
    public bool Logs { get; set; } = true;

    /// <summary>Whether it holds each agent of the Letta server as an agent file.</summary>
    public bool LettaAgents { get; set; }

    /// <summary>Whether it holds the files of sanctum_base_path.</summary>
    public bool SanctumFiles { get; set; }

    /// <summary>Whether it holds the files of letta_data_path.</summary>
    public bool LettaFiles { get; set; }

    /// <summary>Whether it holds Broca's databases under sanctum_base_path, where its other files are not taken.</summary>
    public bool Broca { get; set; }

    /// <summary>The same as a full backup, where an increment has nothing to continue.</summary>
    internal BackupForm AsFull(string note)
    {
        var full = (BackupForm)MemberwiseClone();
        (full.Type, full.Note) = (BackupType.Full, string.IsNullOrEmpty(Note) ? note : Note);
        return full;
    }

    /// <summary>
    /// Encrypts the file. The key ring, without which secrets can't be read elsewhere, is in it where the passphrase is the console's own,
    /// or was chosen by somebody who may reveal secrets.
    /// </summary>
    [TextLimit(Lengths.Password)]
    [RegularExpression(PassphraseRule, ErrorMessage = PassphraseLimits)]
    public string? Passphrase { get; set; }

    /// <summary>Whether the key ring goes under the passphrase; nobody says so by a form.</summary>
    internal bool WithKeys { get; set; }
}
