using Mono.Cecil;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Tests.House;

/// <summary>
/// Which folder of the product names which, read from the compiled code. A constant of another folder does not show: the compiler
/// copies it.
/// </summary>
internal sealed class CodeMap
{
    public const string Root = "Sanctum.Configurator";

    private readonly Dictionary<string, HashSet<string>> _named;

    private CodeMap(Dictionary<string, HashSet<string>> named) => _named = named;

    public static CodeMap Read()
    {
        using var module = ModuleDefinition.ReadModule(typeof(RegistryDbContext).Assembly.Location);
        return new(module.GetTypes().GroupBy(NamespaceOf).Where(group => IsOurs(group.Key)).ToDictionary(group => group.Key, NamedBy));
    }

    /// <summary>Each folder in this one → the others in it that it names. A type that is in it directly belongs to none of them.</summary>
    public Dictionary<string, HashSet<string>> NamesIn(string parent) =>
        _named
            .Select(pair => (Folder: FolderOf(pair.Key, parent), Named: pair.Value.Select(name => FolderOf(name, parent))))
            .Where(one => one.Folder is not null)
            .GroupBy(one => one.Folder!)
            .ToDictionary(group => group.Key, group => group.SelectMany(one => one.Named).OfType<string>().Except([group.Key]).ToHashSet());

    private static string? FolderOf(string name, string parent) =>
        name.StartsWith($"{parent}.", StringComparison.Ordinal) ? name[(parent.Length + 1)..].Split('.')[0] : null;

    private static bool IsOurs(string name) => name.StartsWith($"{Root}.", StringComparison.Ordinal);

    private static string NamespaceOf(TypeReference type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;

    private static HashSet<string> NamedBy(IEnumerable<TypeDefinition> types) =>
        types.SelectMany(NamedBy).SelectMany(Parts).Select(NamespaceOf).Where(IsOurs).ToHashSet();

    private static IEnumerable<TypeReference> NamedBy(TypeDefinition type) =>
        [
            .. type.BaseType is { } parent ? [parent] : Array.Empty<TypeReference>(),
            .. type.Interfaces.Select(one => one.InterfaceType),
            .. type.GenericParameters.SelectMany(one => one.Constraints).Select(one => one.ConstraintType),
            .. type.Fields.Select(field => field.FieldType),
            .. type.Methods.SelectMany(NamedBy),
            .. new ICustomAttributeProvider[] { type }
                .Concat(type.Fields)
                .Concat(type.Properties)
                .Concat(type.Methods)
                .SelectMany(one => one.CustomAttributes)
                .Select(attribute => attribute.AttributeType),
        ];

    private static IEnumerable<TypeReference> NamedBy(MethodDefinition method) =>
        [
            .. Signature(method),
            .. method.GenericParameters.SelectMany(one => one.Constraints).Select(one => one.ConstraintType),
            .. !method.HasBody
                ? []
                : method
                    .Body.Variables.Select(variable => variable.VariableType)
                    .Concat(method.Body.ExceptionHandlers.Select(handler => handler.CatchType).OfType<TypeReference>())
                    .Concat(
                        method.Body.Instructions.SelectMany(instruction =>
                            instruction.Operand switch
                            {
                                TypeReference type => [type],
                                FieldReference field => [field.DeclaringType, field.FieldType],
                                GenericInstanceMethod call => [call.DeclaringType, .. call.GenericArguments, .. Signature(call)],
                                MethodReference call => [call.DeclaringType, .. Signature(call)],
                                _ => Array.Empty<TypeReference>(),
                            }
                        )
                    ),
        ];

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
        [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)];

    /// <summary>A list of agents names agents as well.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) =>
        type switch
        {
            GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
            TypeSpecification of => Parts(of.ElementType),
            GenericParameter => [],
            _ => [type],
        };
}
