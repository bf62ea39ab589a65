namespace Sanctum.Configurator.Features.Models;

/// <summary>Tests all enabled models.</summary>
internal sealed class TestModelsTask(ModelTests tests) : IBuiltInTask
{
    public string Name => "test_models";

    public string Description => "Tests all enabled models.";

    public string Policy => Policies.OperateRegistry;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        var outcome = await tests.TestAllAsync(new DirectProgress<TestedModel>(_ => { }), cancel);
        if (outcome is not Outcome<IReadOnlyList<TestedModel>>.Ok { Value: var tested })
        {
            return new Outcome<string>.Invalid("", outcome.ProblemWith("The models")!);
        }

        var failed = tested.Where(one => one.Report is not { IsUp: true }).ToList();
        return failed.Count == 0
            ? new Outcome<string>.Ok(
                tested.Count == 0 ? "There is no enabled model." : $"{Counts.Of(tested.Count, "model")} passed the test."
            )
            : new Outcome<string>.Invalid(
                "",
                $"{failed.Count} of {Counts.Of(tested.Count, "model")} failed. {string.Join(' ', failed.Select(one => $"{one.Name}: {one.Report?.Message ?? one.Problem}"))}"
            );
    }
}
