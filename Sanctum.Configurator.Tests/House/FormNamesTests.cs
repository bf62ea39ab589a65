using System.Text.Json;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.House;

public sealed class FormNamesTests
{
    /// <summary>A refusal names fields by their properties: another name on the wire would be one that the sender never wrote.</summary>
    [Fact]
    public void What_is_sent_has_the_names_that_a_refusal_gives_it()
    {
        var forms = typeof(Answers).Assembly.GetTypes().Where(type => type.Name.EndsWith("Form", StringComparison.Ordinal)).ToList();
        var renamed =
            from form in forms
            from property in form.GetProperties()
            from name in property.GetCustomAttributes(typeof(JsonPropertyNameAttribute), inherit: true).Cast<JsonPropertyNameAttribute>()
            where property.CanRead && name.Name != JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)
            select $"{form.Name}.{property.Name}";

        Assert.True(forms.Count > 20);
        Assert.Empty(renamed);
    }
}
