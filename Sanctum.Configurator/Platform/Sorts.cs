using System.Linq.Expressions;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// The orders in which rows of a table can be listed, the first being the list's own. Rows that are equal in an order come by id, so that a
/// page can begin just after any row: none is shown twice or left out because others were added or deleted meanwhile.
/// </summary>
/// <param name="list">What the list is called in its cursors.</param>
public sealed class Sorts<T>(string list, Expression<Func<T, int>> id)
    where T : class
{
    private readonly List<Sort> _sorts = [];

    public Sorts<T> By<TKey>(string name, Expression<Func<T, TKey>> key)
    {
        _sorts.Add(new Sort<TKey>(name, key, id));
        return this;
    }

    /// <exception cref="BadHttpRequestException">The list has no such order, or the cursor is none of this list in this order.</exception>
    public async Task<PageOf<T>> ReadAsync(IQueryable<T> rows, PageRequest page, CancellationToken cancel)
    {
        var sort = string.IsNullOrEmpty(page.Sort)
            ? _sorts[0]
            : _sorts.Find(sort => sort.Name == page.Sort) ?? throw BadQueryException.Sort(page.Sort, _sorts.Select(each => each.Name));
        var order = $"{list} {sort.Name} {(page.Descending ? "descending" : "ascending")}";
        var rest = page.Cursor is { Length: > 0 } text
            ? await sort.AfterAsync(rows, Cursor.Read(text, order), page.Descending, cancel)
            : rows;

        // One more than is shown tells whether there is a next page.
        var some = await sort.Order(rest, page.Descending).Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancel);
        List<T> shown = [.. some.Take(page.Take)];
        var isWhole = rest == rows && page.Skip == 0 && shown.Count == some.Count;
        var total = isWhole ? shown.Count : await rows.CountAsync(cancel);
        return new(shown, total, shown.Count > 0 && shown.Count < some.Count ? sort.CursorAt(shown[^1], order) : null);
    }

    private abstract class Sort(string name)
    {
        public string Name => name;

        public abstract IQueryable<T> Order(IQueryable<T> rows, bool isDescending);

        public abstract Task<IQueryable<T>> AfterAsync(IQueryable<T> rows, Cursor cursor, bool isDescending, CancellationToken cancel);

        public abstract string CursorAt(T row, string order);
    }

    private sealed class Sort<TKey>(string name, Expression<Func<T, TKey>> key, Expression<Func<T, int>> id) : Sort(name)
    {
        private readonly Func<T, TKey> _keyOf = key.Compile();
        private readonly Func<T, int> _idOf = id.Compile();

        public override IQueryable<T> Order(IQueryable<T> rows, bool isDescending) =>
            (isDescending ? rows.OrderByDescending(key) : rows.OrderBy(key)).ThenBy(id);

        public override string CursorAt(T row, string order) => Cursor.Write(order, _keyOf(row), _idOf(row));

        public override async Task<IQueryable<T>> AfterAsync(IQueryable<T> rows, Cursor cursor, bool isDescending, CancellationToken cancel)
        {
            var (value, last) = (cursor.ValueAs<TKey>(), (int)cursor.Id);
            var anchor = rows.Where(IdIs(last)).Select(key);

            // Other programs write the same time in several ways, of which the database sorts each by itself: while the row is as it was,
            // its own is meant.
            var isThere = await anchor.ToListAsync(cancel) is [var now] && EqualityComparer<TKey>.Default.Equals(now, value);
            return rows.Where(After(isThere ? FirstOf(anchor) : ParameterOf(value), last, isDescending));
        }

        private static Expression FirstOf(IQueryable<TKey> anchor) =>
            Expression.Call(typeof(Queryable), nameof(Queryable.First), [typeof(TKey)], anchor.Expression);

        /// <summary>As a variable of the query, whose text then stays the same.</summary>
        private static MemberExpression ParameterOf<TValue>(TValue value) =>
            Expression.Property(Expression.Constant(new Held<TValue>(value)), nameof(Held<>.Value));

        private static BinaryExpression Compare(ExpressionType how, Expression left, Expression right) =>
            left.Type switch
            {
                { IsEnum: true } type => Expression.MakeBinary(
                    how,
                    Expression.Convert(left, Enum.GetUnderlyingType(type)),
                    Expression.Convert(right, Enum.GetUnderlyingType(type))
                ),
                var type when type == typeof(string) => Expression.MakeBinary(
                    how,
                    Expression.Call(typeof(string), nameof(string.Compare), null, left, right),
                    Expression.Constant(0)
                ),
                _ => Expression.MakeBinary(how, left, right),
            };

        private Expression<Func<T, bool>> IdIs(int wanted) =>
            Expression.Lambda<Func<T, bool>>(Expression.Equal(id.Body, ParameterOf(wanted)), id.Parameters);

        /// <summary>
        /// At the value or after it, and of those at it only with a higher id: in this shape an index on the key is used.
        /// </summary>
        private Expression<Func<T, bool>> After(Expression value, int last, bool isDescending)
        {
            // Not the parameter of the key itself, which the value may have inside.
            var row = Expression.Parameter(typeof(T), "row");
            var (rowKey, rowId) = (new Renamed(key.Parameters[0], row).Visit(key.Body), new Renamed(id.Parameters[0], row).Visit(id.Body));
            var (notBefore, after) = isDescending
                ? (ExpressionType.LessThanOrEqual, ExpressionType.LessThan)
                : (ExpressionType.GreaterThanOrEqual, ExpressionType.GreaterThan);
            return Expression.Lambda<Func<T, bool>>(
                Expression.AndAlso(
                    Compare(notBefore, rowKey, value),
                    Expression.OrElse(Compare(after, rowKey, value), Expression.GreaterThan(rowId, ParameterOf(last)))
                ),
                row
            );
        }
    }

    private sealed record Held<TValue>(TValue Value);

    private sealed class Renamed(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
