using Sanctum.Configurator.Features.GeneratedCode;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>What an import has done so far.</summary>
/// <param name="left">Code that is kept of conversations that are gone.</param>
internal sealed class Counted(LeftCode left)
{
    public LeftCode Left => left;

    public int Conversations { get; set; }

    public int Messages { get; set; }

    public int Known { get; set; }

    public int Failed { get; private set; }

    public List<ImportProblem> Problems { get; } = [];

    public void Fail(string name, string problem)
    {
        Failed++;
        Problems.Add(new(name, problem));
    }
}
