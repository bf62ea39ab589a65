using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>A target as it is added, changed or tested.</summary>
public sealed class BackupTargetForm : IValidatableObject
{
    /// <summary>Null for a new one. A test takes the stored secret key of this one where none is sent.</summary>
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    public BackupTargetKind Kind { get; set; } = BackupTargetKind.Folder;

    public bool IsOn { get; set; } = true;

    [StringLength(1024, ErrorMessage = "A path has at most 1024 characters.")]
    [Sendable(SendableAs.Text)]
    public string? Folder
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    [StringLength(1024, ErrorMessage = "An address has at most 1024 characters.")]
    [Sendable(SendableAs.Text)]
    public string? Endpoint
    {
        get;
        set => field = Unseen.TrimToNull(value)?.TrimEnd('/');
    }

    [RegularExpression(
        "^[A-Za-z0-9-]{1,64}$",
        ErrorMessage = "A region can only contain letters, digits and hyphens, such as eu-central-1."
    )]
    [TextLimit(Lengths.Name)]
    public string? Region
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    [RegularExpression(
        "^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$",
        ErrorMessage = "A bucket name can only contain letters, digits, dots and hyphens."
    )]
    [TextLimit(Lengths.Name)]
    public string? Bucket
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    [RegularExpression(
        "^[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*/?$",
        ErrorMessage = "Separate folders with slashes, such as sanctum/home."
    )]
    [StringLength(512, ErrorMessage = "A prefix has at most 512 characters.")]
    public string? Prefix
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    [StringLength(255, ErrorMessage = "An access key has at most 255 characters.")]
    [Sendable(SendableAs.Key)]
    public string? AccessKey
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    /// <summary>Another secret key; null leaves the stored one. It is never told.</summary>
    [StringLength(1024, ErrorMessage = "A secret key has at most 1024 characters.")]
    [Sendable(SendableAs.Key)]
    public string? SecretKey
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    [Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)]
    public int? KeepLast { get; set; }

    [Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)]
    public int? KeepDays { get; set; }

    [Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)]
    public int? KeepHourly { get; set; }

    [Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)]
    public int? KeepDaily { get; set; }

    [Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)]
    public int? KeepWeekly { get; set; }

    [Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)]
    public int? KeepMonthly { get; set; }

    [Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)]
    public int? KeepYearly { get; set; }

    [JsonIgnore]
    public KeepRules Rules => new(KeepLast, KeepDays, KeepHourly, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        static ValidationResult No(string reason, string field) => new(reason, [field]);

        if (Kind == BackupTargetKind.Folder && (Folder is null || !Path.IsPathFullyQualified(Folder)))
        {
            yield return No("Enter the folder's full path, such as /mnt/nas/sanctum.", nameof(Folder));
        }

        if (Kind == BackupTargetKind.S3)
        {
            if (
                !Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri)
                || uri.Scheme is not ("https" or "http")
                || uri.UserInfo.Length > 0
                || uri.PathAndQuery != "/"
                || uri.Fragment.Length > 0
            )
            {
                yield return No("Enter the server's address only, such as https://s3.eu-central-1.amazonaws.com.", nameof(Endpoint));
            }

            if (Bucket is null)
            {
                yield return No("Enter the bucket.", nameof(Bucket));
            }

            if (AccessKey is null)
            {
                yield return No("Enter the access key.", nameof(AccessKey));
            }

            if (Prefix?.Split('/').Any(part => part is "." or "..") == true)
            {
                yield return No("A prefix can't contain . or .. as a folder.", nameof(Prefix));
            }
        }
    }

    internal BackupTargetForm Copy() => (BackupTargetForm)MemberwiseClone();

    /// <summary>Writes the form onto a target. Of what belongs to another kind nothing stays.</summary>
    internal void WriteTo(BackupTarget target)
    {
        var (isFolder, isBucket) = (Kind == BackupTargetKind.Folder, Kind == BackupTargetKind.S3);
        (target.Name, target.Kind, target.IsOn) = (Name.Trim(), Kind, IsOn);
        target.Folder = isFolder ? Path.TrimEndingDirectorySeparator(Folder!) : null;
        target.Endpoint = isBucket ? Endpoint : null;
        target.Region = isBucket ? Region ?? S3Place.DefaultRegion : null;
        target.Bucket = isBucket ? Bucket : null;
        target.Prefix = isBucket && Prefix is { } prefix ? prefix.TrimEnd('/') + "/" : null;
        target.AccessKey = isBucket ? AccessKey : null;
        (target.KeepLast, target.KeepDays, target.KeepHourly, target.KeepDaily, target.KeepWeekly, target.KeepMonthly, target.KeepYearly) =
            Rules;
    }
}

/// <summary>A target as it is listed.</summary>
/// <param name="Held">How many backups it holds.</param>
/// <param name="Behind">How many are still to be copied there.</param>
/// <param name="Trouble">Why the last copy failed; null where it did not.</param>
public sealed record BackupTargetRow(
    int Id,
    string Name,
    BackupTargetKind Kind,
    bool IsOn,
    string? Folder,
    string? Endpoint,
    string? Region,
    string? Bucket,
    string? Prefix,
    string? AccessKey,
    bool HasSecretKey,
    int? KeepLast,
    int? KeepDays,
    int? KeepHourly,
    int? KeepDaily,
    int? KeepWeekly,
    int? KeepMonthly,
    int? KeepYearly,
    int Held,
    long HeldBytes,
    int Behind,
    string? Trouble,
    DateTimeOffset? StoredAt,
    int Version
) : IHasVersion
{
    /// <summary>Where it is, in a line.</summary>
    [JsonIgnore]
    public string Place =>
        Kind switch
        {
            BackupTargetKind.Folder => Folder ?? "",
            BackupTargetKind.S3 => $"{Endpoint}/{Bucket}/{Prefix}",
            _ => "The folder of backups in the data directory",
        };

    [JsonIgnore]
    public KeepRules Rules => new(KeepLast, KeepDays, KeepHourly, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly);

    public BackupTargetForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Name = Name,
            Kind = Kind,
            IsOn = IsOn,
            Folder = Folder,
            Endpoint = Endpoint,
            Region = Region,
            Bucket = Bucket,
            Prefix = Prefix,
            AccessKey = AccessKey,
            KeepLast = KeepLast,
            KeepDays = KeepDays,
            KeepHourly = KeepHourly,
            KeepDaily = KeepDaily,
            KeepWeekly = KeepWeekly,
            KeepMonthly = KeepMonthly,
            KeepYearly = KeepYearly,
        };
}

/// <summary>How a test of a target ended.</summary>
/// <param name="Message">What was tried and went well, or what went wrong and what to do.</param>
public sealed record TargetVerdict(bool Ok, string Message);
