using System.Reflection;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>What stands in a form at a moment.</summary>
internal sealed class FormValues
{
    private readonly Dictionary<PropertyInfo, object?> _values;

    private FormValues(IEnumerable<KeyValuePair<PropertyInfo, object?>> values) => _values = new(values);

    public static FormValues Of(object form) =>
        new(
            form.GetType()
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property is { CanRead: true, SetMethod.IsPublic: true })
                .Select(property => KeyValuePair.Create(property, property.GetValue(form)))
        );

    public FormValues Without(string name) => new(_values.Where(value => value.Key.Name != name));

    public void WriteTo(object form)
    {
        foreach (var (property, value) in _values)
        {
            property.SetValue(form, value);
        }
    }
}
