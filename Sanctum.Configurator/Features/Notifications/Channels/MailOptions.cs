using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>How the console speaks to mail servers.</summary>
internal sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>
    /// The name by which the console greets mail servers (EHLO). Without one, the host of the public address, or the domain of the sender.
    /// </summary>
    [RegularExpression(
        @"^[A-Za-z0-9.:-]{1,255}$",
        ErrorMessage = "Mail:HelloName must be the full name or the address of this machine, such as console.example.org."
    )]
    public string? HelloName { get; set; }
}

[OptionsValidator]
internal sealed partial class MailOptionsValidator : IValidateOptions<MailOptions>;
