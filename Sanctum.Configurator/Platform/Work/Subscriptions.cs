namespace Sanctum.Configurator.Platform.Work;

/// <summary>Several that end together.</summary>
internal sealed class Subscriptions(params IReadOnlyList<IDisposable> all) : IDisposable
{
    public void Dispose()
    {
        foreach (var one in all)
        {
            one.Dispose();
        }
    }
}
