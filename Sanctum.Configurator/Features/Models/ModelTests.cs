using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>What became of testing one of several models.</summary>
/// <param name="Report">Null where it could not be tested, or its time was over.</param>
public sealed record TestedModel(int Id, string Name, LlmReport? Report, string? Problem);

/// <summary>Tests models, saved or typed, and keeps what was found of saved ones.</summary>
public sealed class ModelTests
{
    /// <summary>How long each may take where all are tested.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>How long a single test may take: a local server may load the model first.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private const int PerHost = 4;
    private const int AtOnce = 16;

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly SavedModels _saved;
    private readonly ProviderKeys _keys;
    private readonly LlmProbe _probe;
    private readonly ModelChecks _checks;
    private readonly UsageLimits _limits;
    private readonly ModelReader _reader;
    private readonly CurrentUser _caller;
    private readonly TimeProvider _clock;

    internal ModelTests(
        IDbContextFactory<RegistryDbContext> registries,
        SavedModels saved,
        ProviderKeys keys,
        LlmProbe probe,
        ModelChecks checks,
        UsageLimits limits,
        ModelReader reader,
        CurrentUser caller,
        TimeProvider clock
    )
    {
        (_registries, _saved, _keys, _probe, _checks) = (registries, saved, keys, probe, checks);
        (_limits, _reader, _caller, _clock) = (limits, reader, caller, clock);
    }

    /// <summary>Tests what is typed, with the stored key where none is, unless the address is another one.</summary>
    public async Task<Outcome<LlmReport>> TestAsync(ModelForm form, IProgress<LlmStep> steps, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(form.IsMine ? Policies.OperateRegistry : Policies.WriteRegistry))
        {
            return new Outcome<LlmReport>.Invalid("", ModelService.MayNot);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var stored = form.Id is { } id ? await registry.LlmConfigs.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) : null;
        if (form.Id is not null && (stored is null || await _reader.FindAsync(stored.Id, cancel) is not { MayChange: true }))
        {
            return new Outcome<LlmReport>.NotFound();
        }

        var reasons = FormRules.Check(form);
        foreach (var (field, reason) in stored is null ? [] : ModelService.KeyRules(form, stored))
        {
            reasons.TryAdd(field, reason);
        }

        if (reasons.Count > 0)
        {
            return new Outcome<LlmReport>.Invalid(reasons);
        }

        var context = ContextOf(stored?.UserId);
        if (await _limits.CheckAsync(context.UserId, cancel) is { } reached)
        {
            return new Outcome<LlmReport>.Invalid("", reached);
        }

        var provider = LlmProvider.Of(form.Type);
        var key =
            form.ApiKey is { Length: > 0 } typed ? new KeyInForce(typed, KeySource.Database)
            : form.ApiKey is null && !string.IsNullOrEmpty(stored?.ApiKey) ? await _keys.FindAsync(stored, cancel)
            : await _keys.FindAsync(provider, form.Address, cancel);
        var place = new LlmPlace(
            provider,
            form.Model,
            LlmPlace.AddressOf(provider, form.Address).Address!,
            key.Key,
            form.ApiVersion,
            form.Purpose
        );
        return new Outcome<LlmReport>.Ok(
            await RunAsync(
                registry,
                new(place, SentenceOf(key), form.HasTools, form.HasStructuredOutput, form.Dimension, AsTyped(form), context),
                form.LivesUntil,
                steps,
                Patience,
                cancel
            )
        );
    }

    /// <summary>Tests a saved model and keeps what was found.</summary>
    public async Task<Outcome<LlmReport>> TestAsync(int id, IProgress<LlmStep> steps, CancellationToken cancel) =>
        !await _caller.MayAsync(Policies.OperateRegistry) ? new Outcome<LlmReport>.Invalid("", ModelService.MayNot)
        : await _reader.FindAsync(id, cancel) is null ? new Outcome<LlmReport>.NotFound()
        : await TestSavedAsync(id, steps, Patience, cancel);

    /// <summary>Tests all enabled models side by side, a few of each host at once and none for longer than ten seconds.</summary>
    /// <param name="ended">Told of each as it ends.</param>
    public async Task<Outcome<IReadOnlyList<TestedModel>>> TestAllAsync(IProgress<TestedModel> ended, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<IReadOnlyList<TestedModel>>.Invalid("", "You don't have permission to test models.");
        }

        var models = (await _reader.ListAsync(cancel)).Where(model => model.Enabled).ToList();
        using var atOnce = new SemaphoreSlim(AtOnce);
        var hosts = models
            .Select(model => model.Address?.Authority ?? "")
            .Distinct()
            .ToDictionary(host => host, _ => new SemaphoreSlim(PerHost));
        try
        {
            return new Outcome<IReadOnlyList<TestedModel>>.Ok(
                await Task.WhenAll(
                    models.Select(model => TestOneAsync(model, atOnce, hosts[model.Address?.Authority ?? ""], ended, cancel))
                )
            );
        }
        finally
        {
            foreach (var host in hosts.Values)
            {
                host.Dispose();
            }
        }
    }

    private async Task<TestedModel> TestOneAsync(
        ModelRow model,
        SemaphoreSlim atOnce,
        SemaphoreSlim ofHost,
        IProgress<TestedModel> ended,
        CancellationToken cancel
    )
    {
        await ofHost.WaitAsync(cancel);
        try
        {
            await atOnce.WaitAsync(cancel);
            try
            {
                var outcome = await TestSavedAsync(model.Id, new DirectProgress<LlmStep>(_ => { }), Deadline, cancel);
                var tested = new TestedModel(
                    model.Id,
                    model.Name,
                    (outcome as Outcome<LlmReport>.Ok)?.Value,
                    outcome.ProblemWith(model.Name)
                );
                ended.Report(tested);
                return tested;
            }
            finally
            {
                atOnce.Release();
            }
        }
        finally
        {
            ofHost.Release();
        }
    }

    private async Task<Outcome<LlmReport>> TestSavedAsync(int id, IProgress<LlmStep> steps, TimeSpan patience, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        if (await registry.LlmConfigs.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } config)
        {
            return new Outcome<LlmReport>.NotFound();
        }

        var context = ContextOf(config.UserId);
        if (await _limits.CheckAsync(context.UserId, cancel) is { } reached)
        {
            return new Outcome<LlmReport>.Invalid("", reached);
        }

        var link = await _saved.LinkAsync(config, cancel);
        var key = await _keys.FindAsync(config, cancel);
        var report = link.Place is { } place
            ? await RunAsync(
                registry,
                new(place, SentenceOf(key), config.HasTools, config.HasStructuredOutput, config.Dimension, config, context),
                config.LivesUntil,
                steps,
                patience,
                cancel
            )
            : FailedOf(link.Problem!);
        await _checks.AddAsync(registry, config, report, _caller.Actor.Name, cancel);
        return new Outcome<LlmReport>.Ok(report);
    }

    private async Task<LlmReport> RunAsync(
        RegistryDbContext registry,
        LlmProbeRequest request,
        DateOnly? own,
        IProgress<LlmStep> steps,
        TimeSpan patience,
        CancellationToken cancel
    )
    {
        var ends = await ModelEnds.ReadAsync(registry, cancel);
        var (type, model) = (request.Place.Provider.Type, request.Place.Model);
        ModelEnd? EndOf(ListedModel? listed) =>
            own is null && listed?.EndsOn is { } day
                ? new ModelEnd(day, ends.Of(type, model, null)?.Replacement, ModelEnds.ProvidersList)
                : ends.Of(type, model, own);

        using var late = new CancellationTokenSource(patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await _probe.RunAsync(request, EndOf, steps, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return FailedOf(
                LlmAnswers.Make(request.Place, LlmVerdict.TimedOut, null, $"no answer within {patience.TotalSeconds:0} seconds")
            );
        }
    }

    /// <summary>Tests are on the account of the model's owner, or else of whoever wants to know.</summary>
    private UsageContext ContextOf(int? owner) => new(owner ?? _caller.Id, UsageContext.Test);

    /// <summary>What is typed has no row of its own.</summary>
    private static LlmConfig AsTyped(ModelForm form) => new() { Type = form.Type, Model = form.Model };

    private static LlmReport FailedOf(LlmCallException why) => new(why.Verdict, false, why.Message, why.Hint, 0, null, null, [], null);

    private static string SentenceOf(KeyInForce key) =>
        key.Source switch
        {
            KeySource.Database => "The key is the configuration's own.",
            KeySource.Settings => "The key is the system settings'.",
            KeySource.Environment => $"The key is that of {key.Variable}.",
            _ => "There is no key.",
        };
}
