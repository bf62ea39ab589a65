using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.Logs.Retention;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class CheckingFormsTests
{
    [Fact]
    public void What_breaks_an_attribute_and_what_breaks_the_forms_own_rule_are_both_told()
    {
        var reasons = FormRules.Check(
            new LogRetentionForm
            {
                OtherDays = 0,
                Megabytes = 1,
                Days = { ["LOUD"] = 0 },
            }
        );

        Assert.Equal(["Days", "Megabytes", "OtherDays"], reasons.Keys.Order());
        Assert.StartsWith("LOUD is not valid", reasons["Days"], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_mistakes_of_one_field_the_attributes_is_told() =>
        Assert.Equal(new Dictionary<string, string> { ["Name"] = "Name it." }, FormRules.Check(new Named()));

    [Fact]
    public void A_form_that_breaks_nothing_has_no_reasons() => Assert.Empty(FormRules.Check(new LogRetentionForm { Days = null! }));

    private sealed class Named : IValidatableObject
    {
        [Required(ErrorMessage = "Name it.")]
        public string? Name { get; set; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => [new("It is not ours.", [nameof(Name)])];
    }
}
