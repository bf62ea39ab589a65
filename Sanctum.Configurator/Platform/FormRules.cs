using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Platform;

/// <summary>Checks a form's own attributes where no page has done it: programs fill in forms too.</summary>
public static class FormRules
{
    /// <summary>Field → a sentence, for each field that breaks its rule; empty where none does.</summary>
    public static Dictionary<string, string> Check(object form)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(form, new(form), results, validateAllProperties: true);
        var reasons = new Dictionary<string, string>();
        foreach (var result in results)
        {
            reasons.TryAdd(result.MemberNames.FirstOrDefault() ?? "", result.ErrorMessage ?? "This value is not allowed.");
        }

        return reasons;
    }
}
