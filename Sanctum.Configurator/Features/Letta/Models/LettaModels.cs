using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Letta.Models;

/// <summary>A model that the Letta server offers.</summary>
/// <param name="ContextWindow">In tokens; null where the server does not say.</param>
public sealed record LettaModel(string Handle, string? Label, int? ContextWindow);

/// <summary>A field of what a provider has to be given.</summary>
public sealed record ProviderField(string Key, string Label, bool IsSecret, bool IsRequired, string? Placeholder);

/// <summary>A provider of models, as an App Server knows it. It never tells keys.</summary>
/// <param name="Connected">The addresses of those that are connected; an empty one where it has none.</param>
/// <param name="Fields">What it has to be given; empty where it is signed in to in a browser beside the server.</param>
/// <param name="Method">The way of signing in that the fields are for; null where there is only one.</param>
public sealed record LettaProvider(
    string Id,
    string Name,
    IReadOnlyList<string> Connected,
    IReadOnlyList<ProviderField> Fields,
    string? Method
)
{
    public bool IsConnected => Connected.Count > 0;
}

/// <summary>What became of connecting a provider.</summary>
/// <param name="Models">The handles that it has brought.</param>
/// <param name="Warning">The server saves whatever it gets; this says where nothing came of it.</param>
public sealed record ProviderConnected(IReadOnlyList<string> Models, string? Warning);

/// <summary>The models and their providers of an App Server.</summary>
public sealed partial class LettaModels(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    CurrentUser caller,
    ILogger<LettaModels> log
)
{
    private const string Local = "local";
    private const string MayNot = "You don't have permission to change the Letta server.";

    /// <summary>Which kind the server is; models and providers can be changed on an App Server only.</summary>
    public async Task<Outcome<LettaKind?>> KindAsync(CancellationToken cancel)
    {
        try
        {
            return new Outcome<LettaKind?>.Ok(await letta.KindAsync(cancel));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<LettaKind?>.Invalid("", Sentence(why));
        }
    }

    public Task<Outcome<IReadOnlyList<LettaModel>>> ListAsync(CancellationToken cancel) =>
        CallAsync<IReadOnlyList<LettaModel>>(async link => await ModelsAsync(link, force: false, cancel), cancel);

    /// <summary>Those that are connected first.</summary>
    public Task<Outcome<IReadOnlyList<LettaProvider>>> ProvidersAsync(CancellationToken cancel) =>
        CallAsync(async link => await ProvidersAsync(link, cancel), cancel);

    /// <summary>
    /// Gives the server what a provider asks for, and looks whether models came of it: the server saves a dead address and a wrong key alike.
    /// </summary>
    public async Task<Outcome<ProviderConnected>> ConnectAsync(
        string id,
        IReadOnlyDictionary<string, string?> fields,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(Policies.WriteSettings))
        {
            return new Outcome<ProviderConnected>.Invalid("", MayNot);
        }

        var known = await ProvidersAsync(cancel);
        if (known is not Outcome<IReadOnlyList<LettaProvider>>.Ok { Value: var providers })
        {
            return new Outcome<ProviderConnected>.Invalid(((Outcome<IReadOnlyList<LettaProvider>>.Invalid)known).Reasons);
        }

        if (providers.FirstOrDefault(provider => provider.Id == id) is not { } chosen)
        {
            return new Outcome<ProviderConnected>.NotFound();
        }

        if (WhyNot(chosen, fields) is { Count: > 0 } reasons)
        {
            return new Outcome<ProviderConnected>.Invalid(reasons);
        }

        return await CallAsync(
            async link =>
            {
                await RecordAsync("connect provider", id, cancel);
                var before = (await ModelsAsync(link, force: false, cancel)).Select(model => model.Handle).ToHashSet();
                var given = new JsonObject();
                foreach (var (key, value) in fields.Where(field => !string.IsNullOrWhiteSpace(field.Value)))
                {
                    given[key] = value!.Trim();
                }

                var parameters = new JsonObject
                {
                    ["target"] = Local,
                    ["provider_id"] = id,
                    ["fields"] = given,
                };
                if (chosen.Method is { } method)
                {
                    parameters["auth_method_id"] = method;
                }

                await link.AskAsync("connect_provider", parameters, cancel);
                LogConnected(id);
                var now = await ModelsAsync(link, force: true, cancel);
                List<string> brought = [.. now.Select(model => model.Handle).Where(handle => IsOf(handle, id) || !before.Contains(handle))];
                return new ProviderConnected(
                    brought,
                    brought.Count > 0
                        ? null
                        : $"The App Server saved this, but lists no model of {chosen.Name}. Check the address and the key; for a provider in the cloud, only a message to an agent shows whether the key is right."
                );
            },
            cancel
        );
    }

    public async Task<Outcome<LettaProvider>> DisconnectAsync(string id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteSettings))
        {
            return new Outcome<LettaProvider>.Invalid("", MayNot);
        }

        var known = await ProvidersAsync(cancel);
        if (known is not Outcome<IReadOnlyList<LettaProvider>>.Ok { Value: var providers })
        {
            return new Outcome<LettaProvider>.Invalid(((Outcome<IReadOnlyList<LettaProvider>>.Invalid)known).Reasons);
        }

        if (providers.FirstOrDefault(provider => provider.Id == id) is not { } chosen)
        {
            return new Outcome<LettaProvider>.NotFound();
        }

        return await CallAsync(
            async link =>
            {
                await RecordAsync("disconnect provider", id, cancel);
                await link.AskAsync("disconnect_provider", new() { ["target"] = Local, ["provider_id"] = id }, cancel);
                LogDisconnected(id);
                return chosen with { Connected = [] };
            },
            cancel
        );
    }

    private static bool IsOf(string handle, string provider) => handle.StartsWith($"{provider}/", StringComparison.Ordinal);

    private static string Sentence(string why) => char.ToUpperInvariant(why[0]) + why[1..];

    private static Dictionary<string, string> WhyNot(LettaProvider provider, IReadOnlyDictionary<string, string?> fields)
    {
        var reasons = new Dictionary<string, string>();
        if (provider.Fields.Count == 0)
        {
            reasons[""] = $"{provider.Name} is signed in to in a browser on the App Server's machine: run “letta” there and type /connect.";
        }

        foreach (
            var field in provider.Fields.Where(field => field.IsRequired && string.IsNullOrWhiteSpace(fields.GetValueOrDefault(field.Key)))
        )
        {
            reasons[field.Key] = $"Enter the {field.Label}.";
        }

        foreach (var (key, value) in fields)
        {
            if (provider.Fields.All(field => field.Key != key))
            {
                reasons[key] = $"{provider.Name} has no such field.";
            }
            else if (value?.Any(char.IsControl) == true)
            {
                reasons[key] = "It contains characters that can't be sent, such as a line break.";
            }
        }

        return reasons;
    }

    private static async Task<IReadOnlyList<LettaModel>> ModelsAsync(AppServerLink link, bool force, CancellationToken cancel)
    {
        var answer = await link.AskAsync("list_models", new() { ["force"] = force }, cancel);
        return
        [
            .. LettaAgent
                .ItemsOf(answer, "entries")
                .Select(entry =>
                    LettaAgent.TextOf(entry, "handle") is { } handle
                        ? new LettaModel(handle, LettaAgent.TextOf(entry, "label"), ContextOf(entry))
                        : null
                )
                .OfType<LettaModel>()
                .DistinctBy(model => model.Handle),
        ];
    }

    private static int? ContextOf(JsonElement entry) =>
        entry.TryGetProperty("updateArgs", out var arguments)
        && arguments.ValueKind == JsonValueKind.Object
        && arguments.TryGetProperty("context_window", out var window)
        && window.ValueKind == JsonValueKind.Number
        && window.TryGetInt32(out var tokens)
            ? tokens
            : null;

    private static async Task<IReadOnlyList<LettaProvider>> ProvidersAsync(AppServerLink link, CancellationToken cancel)
    {
        var answer = await link.AskAsync("list_connect_providers", new() { ["target"] = Local }, cancel);
        return
        [
            .. LettaAgent
                .ItemsOf(answer, "providers")
                .Select(Read)
                .OfType<LettaProvider>()
                .OrderByDescending(provider => provider.IsConnected)
                .ThenBy(provider => provider.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static LettaProvider? Read(JsonElement provider)
    {
        if (LettaAgent.TextOf(provider, "id") is not { } id)
        {
            return null;
        }

        // The first way of signing in is the plain one; others are for the server's own machine.
        var methods = LettaAgent.ItemsOf(provider, "auth_methods").ToList();
        var given = methods.Count > 0 ? methods[0] : provider;
        return new(
            id,
            LettaAgent.TextOf(provider, "display_name") ?? id,
            [
                .. LettaAgent
                    .ItemsOf(provider, "connected_providers")
                    .Where(one => !one.TryGetProperty("is_connected", out var isSo) || isSo.ValueKind == JsonValueKind.True)
                    .Select(one => PlaceOf(LettaAgent.TextOf(one, "base_url"))),
            ],
            [
                .. from field in LettaAgent.ItemsOf(given, "fields")
                let key = LettaAgent.TextOf(field, "key")
                where key is not null
                select new ProviderField(
                    key,
                    LettaAgent.TextOf(field, "label") ?? key,
                    IsTrue(field, "secret"),
                    IsTrue(field, "required"),
                    LettaAgent.TextOf(field, "placeholder")
                ),
            ],
            methods.Count > 0 ? LettaAgent.TextOf(methods[0], "id") : null
        );
    }

    /// <summary>Without a user, a password or a query, in which a key may be.</summary>
    private static string PlaceOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var place) ? new Shown(null).Place(place) : "";

    private static bool IsTrue(JsonElement it, string name) =>
        it.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private async Task<Outcome<T>> CallAsync<T>(Func<AppServerLink, Task<T>> call, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ReadSettings))
        {
            return new Outcome<T>.Invalid("", "You don't have permission to see the Letta server.");
        }

        try
        {
            using var link = await letta.AppServerAsync(cancel);
            return new Outcome<T>.Ok(await call(link));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<T>.Invalid("", Sentence(why));
        }
    }

    private async Task RecordAsync(string act, string provider, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = "on the App Server";
        await registry.RecordAsync(act, "system_config", provider, null, cancel);
    }

    [LoggerMessage(LogLevel.Information, "The provider {Provider} was connected on the App Server")]
    private partial void LogConnected(string provider);

    [LoggerMessage(LogLevel.Information, "The provider {Provider} was disconnected on the App Server")]
    private partial void LogDisconnected(string provider);
}
