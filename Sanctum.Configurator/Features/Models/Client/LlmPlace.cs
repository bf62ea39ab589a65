using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>A model and how it is reached. It holds a key: it is never shown, stored or logged.</summary>
public sealed record LlmPlace(LlmProvider Provider, string Model, Uri Address, string? Key, string? ApiVersion, LlmPurpose Purpose)
{
    /// <summary>The ends of addresses that people copy from an example of a call.</summary>
    private static readonly string[] Calls = ["/chat/completions", "/completions", "/messages", "/embeddings", "/models", "/responses"];

    public override string ToString() => $"{Provider.Type}/{Model} at {Address}";

    /// <summary>
    /// Where the API begins: what was typed, without the call at its end and with the provider's path where it has none, or the provider's
    /// own address.
    /// </summary>
    /// <returns>The address, or a sentence that says what is wrong with what was typed.</returns>
    public static (Uri? Address, string? Fault) AddressOf(LlmProvider provider, string? typed)
    {
        var text = string.IsNullOrWhiteSpace(typed) ? provider.Address : typed.Trim();
        if (text is null)
        {
            return (null, $"{provider.Name} has no common address. Enter the address of the server, such as https://models.example/v1.");
        }

        var (address, fault) = WebAddress.Read(text);
        if (address is null)
        {
            return (null, $"The address can't be used: {fault}");
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            return (null, "The address can't have a user, a query or a fragment. A key goes into its own field, a version too.");
        }

        var path = address.AbsolutePath.TrimEnd('/');
        foreach (var call in Calls.Where(call => path.EndsWith(call, StringComparison.OrdinalIgnoreCase)))
        {
            path = path[..^call.Length];
        }

        if (provider.Dialect == LlmDialect.Anthropic && path.EndsWith("/v1", StringComparison.Ordinal))
        {
            path = path[..^3]; // Its library writes the version itself.
        }

        return (new Uri(address.GetLeftPart(UriPartial.Authority) + (path.Length == 0 ? provider.Path : path)), null);
    }
}
