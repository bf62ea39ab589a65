namespace Sanctum.Configurator.Platform;

/// <summary>Says how one of the console's commands is typed on this machine, as the console itself was started.</summary>
public static class OwnCommand
{
    public static string Line(string command)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        var own = typeof(OwnCommand).Assembly.Location;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" && own.Length > 0
            ? $"{program} {own} {command}"
            : $"{program} {command}";
    }
}
