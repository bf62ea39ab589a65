namespace Sanctum.Configurator.Platform.Requests;

/// <summary>What a member, a query or a route takes, as a sentence for whoever sent something else.</summary>
internal static class Expectation
{
    public static string Of(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum ? $"Write one of {string.Join(", ", EnumWords.Of(plain))}."
            : plain == typeof(bool) ? "Write true or false."
            : plain == typeof(int) ? "Write a whole number, up to 2147483647."
            : plain == typeof(long) ? "Write a whole number."
            : plain == typeof(double) || plain == typeof(decimal) || plain == typeof(float) ? "Write a number."
            : plain == typeof(GivenTime) ? TimeText.Rule
            : plain == typeof(DateTimeOffset) || plain == typeof(DateTime) ? "Write a time such as 2027-01-01T00:00:00Z."
            : plain == typeof(TimeOnly) ? "Write a time of day such as 22:30:00."
            : plain == typeof(DateOnly) ? "Write a date such as 2027-01-01."
            : plain == typeof(TimeSpan) ? "Write a length of time such as 01:30:00."
            : plain == typeof(string) ? "Write a text, in quotes."
            : "This value is not allowed here.";
    }
}
