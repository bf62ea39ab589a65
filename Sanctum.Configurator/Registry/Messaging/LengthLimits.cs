namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>The longest texts of people, messages and the queue, in characters.</summary>
public static class LengthLimits
{
    public const int Name = 255;
    public const int Platform = 50;
    public const int Instructions = 20_000;
    public const int Message = 100_000;
    public const int SourceKey = 300;
    public const int Cause = 500;
    public const int Failure = 2_000;
    public const int Excerpt = 500;
}
