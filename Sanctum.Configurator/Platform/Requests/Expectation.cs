namespace Sanctum.Configurator.Platform.Requests;

/// <summary>What a member, a query or a route takes, as a sentence for whoever sent something else.</summary>
internal static class Expectation
{
    public static string Of(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum ? $"Allowed: {string.Join(", ", EnumRules.Of(plain))}."
            : plain == typeof(bool) ? "Use true or false."
            : plain == typeof(int) ? "Use a whole number, up to 2147483647."
            : plain == typeof(long) ? "Use a whole number."
            : plain == typeof(double) || plain == typeof(decimal) || plain == typeof(float) ? "Use a number."
            : plain == typeof(GivenTime) ? TimeText.Rule
            : plain == typeof(DateTimeOffset) || plain == typeof(DateTime) ? "Use a time such as 2027-01-01T00:00:00Z."
            : plain == typeof(TimeOnly) ? "Use a time of day such as 22:30:00."
            : plain == typeof(DateOnly) ? "Use a date such as 2027-01-01."
            : plain == typeof(TimeSpan) ? "Use a duration such as 01:30:00."
            : plain == typeof(string) ? "Use a text in quotes."
            : "This value is not allowed here.";
    }
}
