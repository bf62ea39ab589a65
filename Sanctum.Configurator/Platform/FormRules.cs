using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Platform;

/// <summary>Checks a form's own rules where no page has done it: programs fill in forms too.</summary>
public static class FormRules
{
    /// <summary>Field → a sentence, for each field that breaks its rule; empty where none does.</summary>
    public static Dictionary<string, string> Check(object form)
    {
        var results = new List<ValidationResult>();
        var context = new ValidationContext(form);
        if (!Validator.TryValidateObject(form, context, results, validateAllProperties: true) && form is IValidatableObject own)
        {
            // The validator leaves these out where an attribute is broken, and whoever mends that would hear of them only then.
            results.AddRange(own.Validate(context).Where(result => result is not null));
        }

        var reasons = new Dictionary<string, string>();
        foreach (var result in results)
        {
            reasons.TryAdd(result.MemberNames.FirstOrDefault() ?? "", result.ErrorMessage ?? "This value is not allowed.");
        }

        return reasons;
    }
}
