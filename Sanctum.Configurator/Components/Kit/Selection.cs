namespace Sanctum.Configurator.Components.Kit;

/// <summary>The rows of a list that are selected, on whatever page of it they stand.</summary>
public sealed class Selection
{
    private readonly HashSet<int> _ids = [];

    public IReadOnlyCollection<int> Ids => _ids;

    /// <summary>The rows that the list shows now.</summary>
    public IReadOnlyCollection<int> Page { get; set; } = [];

    public bool IsPageSelected => Page.Count > 0 && Page.All(_ids.Contains);

    public bool Contains(int id) => _ids.Contains(id);

    public void Set(int id, bool isSelected) => _ = isSelected ? _ids.Add(id) : _ids.Remove(id);

    public void SelectPage() => _ids.UnionWith(Page);

    public void LeavePage() => _ids.ExceptWith(Page);

    public void Clear() => _ids.Clear();
}
