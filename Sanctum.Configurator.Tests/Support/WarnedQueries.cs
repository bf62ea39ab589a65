using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// In every test, a query of which EF Core warns that it gives rows by chance is a failure: an operator would read the warning in his
/// logs, and
/// see other rows at each look.
/// </summary>
internal sealed class WarnedQueries : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly HashSet<string?> Warnings =
    [
        CoreEventId.RowLimitingOperationWithoutOrderByWarning.Name,
        CoreEventId.FirstWithoutOrderByAndFilterWarning.Name,
        CoreEventId.DistinctAfterOrderByWithoutRowLimitingOperatorWarning.Name,
    ];

    [ModuleInitializer]
    internal static void Watch() => DiagnosticListener.AllListeners.Subscribe(new WarnedQueries());

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            value.Subscribe(this, Warnings.Contains);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (Warnings.Contains(value.Key))
        {
            throw new InvalidOperationException($"EF Core warns: {value.Value}");
        }
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }
}
