using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>bunit asks for a version of AngleSharp.Diffing that is not served everywhere; the one beside it does. Goes with build/Bunit.props.</summary>
internal static class DiffingAssembly
{
    [ModuleInitializer]
    internal static void TakeTheOneAtHand() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name == "AngleSharp.Diffing" && Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll") is var file && File.Exists(file)
            ? context.LoadFromAssemblyPath(file)
            : null;
}
