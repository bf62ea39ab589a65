using System.Globalization;
using System.Text;

namespace Sanctum.Configurator.Tests.House;

/// <summary>
/// Draws who names whom as an SVG: a box for each folder, above all that it names. A line that follows from others is left out, and one
/// that closes a circle is red.
/// </summary>
internal sealed class HousePicture(CodeMap code)
{
    private const double Gap = 16;
    private const double Heading = 30;

    private const string Style = """
          svg {
            --ground: #fff; --room: #f6f7f9; --box: #fff; --edge: #c3c9d2; --line: #7b8494; --ink: #1c2330; --muted: #5a6473; --bad: #c62828
          }
          @media (prefers-color-scheme: dark) {
            svg {
              --ground: #12161d; --room: #1a202a; --box: #242c38; --edge: #465264; --line: #8390a5;
              --ink: #e8ecf2; --muted: #a3adbc; --bad: #ff7b72
            }
          }
          text { font: 13px system-ui, sans-serif; fill: var(--ink) }
          .ground { fill: var(--ground) } .room { fill: var(--room); stroke: var(--edge) } .box { fill: var(--box); stroke: var(--edge) }
          .name { text-anchor: middle } .title { font-weight: 600; font-size: 15px }
          .muted { fill: var(--muted); font-size: 12px; font-weight: 400 }
          .line { fill: none; stroke: var(--line); stroke-width: 1.3 } .circle { stroke: var(--bad) } .tip { fill: var(--line) }
        """;

    /// <summary>The outermost folders, each with those in it, under the program that puts them together.</summary>
    public string Draw()
    {
        var names = code.NamesIn(CodeMap.Root);
        var floors = new Layers(names).Rows;
        var rooms = names.Keys.ToDictionary(
            folder => folder,
            folder => new Room(folder, names[folder], code.NamesIn($"{CodeMap.Root}.{folder}"))
        );
        var width = floors.Max(floor => floor.Sum(folder => rooms[folder].Width) + ((floor.Count - 1) * Gap));
        var inside = new StringBuilder();
        var y = Gap;
        Add(inside, $"<rect class=\"room\" x=\"{Gap}\" y=\"{y}\" width=\"{width}\" height=\"40\" rx=\"8\"/>");
        Add(inside, $"<text class=\"title\" x=\"{Gap + 14}\" y=\"{y + 25}\">Program.cs");
        Add(inside, $"<tspan class=\"muted\" dx=\"10\">puts the features together, and names all</tspan></text>");
        y += 40 + Gap;
        foreach (var floor in floors)
        {
            var spare = (width - floor.Sum(folder => rooms[folder].Width) - ((floor.Count - 1) * Gap)) / floor.Count;
            var height = floor.Max(folder => rooms[folder].Height);
            var x = Gap;
            foreach (var folder in floor)
            {
                rooms[folder].Write(inside, x, y, rooms[folder].Width + spare, height);
                x += rooms[folder].Width + spare + Gap;
            }

            y += height + Gap;
        }

        return string.Create(
                CultureInfo.InvariantCulture,
                $"""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + (2 * Gap):0.#} {y:0.#}" role="img" aria-labelledby="title">
                <title id="title">Who names whom: each folder stands above all that it names</title>
                <!-- Drawn from the compiled code by build/house-picture. Do not edit. -->
                <style>
                {Style}
                </style>
                <rect class="ground" width="100%" height="100%"/>
                {inside}</svg>

                """
            )
            .ReplaceLineEndings("\n");
    }

    private static void Add(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    /// <summary>A folder with the folders in it.</summary>
    private sealed class Room
    {
        private const double BoxHeight = 30;
        private const double WidestGap = 52;
        private const double Narrowest = 244;

        private readonly string _name;
        private readonly IReadOnlyCollection<string> _named;
        private readonly Layers _layers;
        private readonly double _step;

        public Room(string name, IReadOnlyCollection<string> named, Dictionary<string, HashSet<string>> inside)
        {
            _name = name;
            _named = named;
            _layers = new(inside);
            _step = _layers.Lines.Any() ? 66 : 40;
            Width = Math.Max(_layers.Slots.Select(row => RowWidth(row, Gap)).DefaultIfEmpty().Max() + (2 * Gap), Narrowest);
            Height = Heading + Gap + (_layers.Rows.Count == 0 ? 0 : ((_layers.Rows.Count - 1) * _step) + BoxHeight + Gap);
        }

        public double Width { get; }

        public double Height { get; }

        public void Write(StringBuilder text, double x, double y, double width, double height)
        {
            Add(text, $"<rect class=\"room\" x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" rx=\"8\"/>");
            var says = _named.Count == 0 ? "names no other" : $"names {string.Join(", ", _named.Order(StringComparer.Ordinal))}";
            Add(text, $"<text class=\"title\" x=\"{x + 14:0.#}\" y=\"{y + 25:0.#}\">{_name}");
            Add(text, $"<tspan class=\"muted\" dx=\"10\">{says}</tspan></text>");
            var places = Place(x, y + Heading + Gap, width);
            foreach (var (way, isCircle) in _layers.Ways)
            {
                WriteWay(text, [.. way.Select(stop => places[stop])], isCircle);
            }

            foreach (var row in _layers.Rows)
            {
                foreach (var box in row)
                {
                    WriteBox(text, box, places[box].X, places[box].Y);
                }
            }
        }

        private Dictionary<string, (double X, double Y)> Place(double x, double top, double width)
        {
            var places = new Dictionary<string, (double X, double Y)>();
            var gap = _layers.Slots.Select(row => (width - (2 * Gap) - RowWidth(row, 0)) / row.Count).Append(WidestGap).Min();
            foreach (var (row, level) in _layers.Slots.Select((row, level) => (row, level)))
            {
                var at = x + ((width - RowWidth(row, gap)) / 2);
                foreach (var slot in row)
                {
                    places[slot] = (at + (WidthOf(slot) / 2), top + (level * _step));
                    at += WidthOf(slot) + gap;
                }
            }

            return places;
        }

        /// <summary>From the foot of the one to the head of the other, past the boxes between; back up if it closes a circle.</summary>
        private static void WriteWay(StringBuilder text, IReadOnlyList<(double X, double Y)> stops, bool isCircle)
        {
            if (isCircle)
            {
                var (from, to) = (stops[0], stops[^1]);
                Add(text, $"<path class=\"line circle\" d=\"M{from.X:0.#} {from.Y:0.#}L{to.X:0.#} {to.Y + BoxHeight:0.#}\"/>");
                return;
            }

            var way = new StringBuilder(FormattableString.Invariant($"M{stops[0].X:0.#} {stops[0].Y + BoxHeight:0.#}"));
            for (var at = 1; at < stops.Count; at++)
            {
                var (from, to) = (stops[at - 1], stops[at]);
                var (start, end) = (from.Y + BoxHeight, to.Y);
                var middle = (start + end) / 2;
                way.Append(CultureInfo.InvariantCulture, $"C{from.X:0.#} {middle:0.#} {to.X:0.#} {middle:0.#} {to.X:0.#} {end:0.#}");
                way.Append(CultureInfo.InvariantCulture, $"{(at < stops.Count - 1 ? $"V{end + BoxHeight:0}" : "")}");
            }

            Add(text, $"<path class=\"line\" d=\"{way}\"/>");
            Add(text, $"<path class=\"tip\" d=\"M{stops[^1].X - 3.5:0.#} {stops[^1].Y - 6:0.#}h7l-3.5 6z\"/>");
        }

        private void WriteBox(StringBuilder text, string name, double x, double y)
        {
            var named = _layers.Names[name];
            var says = named.Count == 0 ? "none of the others" : string.Join(", ", named.Order(StringComparer.Ordinal));
            var (width, left) = (WidthOf(name), x - (WidthOf(name) / 2));
            Add(text, $"<g><title>{name} names {says}</title>");
            Add(text, $"<rect class=\"box\" x=\"{left:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{BoxHeight}\" rx=\"6\"/>");
            Add(text, $"<text class=\"name\" x=\"{x:0.#}\" y=\"{y + 20:0.#}\">{name}</text></g>");
        }

        private double RowWidth(IReadOnlyCollection<string> row, double gap) => row.Sum(WidthOf) + (Math.Max(row.Count - 1, 0) * gap);

        private double WidthOf(string slot) => _layers.Names.ContainsKey(slot) ? (slot.Length * 7.4) + 22 : 6;
    }

    /// <summary>Folders in rows, so that each stands above all that it names.</summary>
    private sealed class Layers
    {
        private const int Sweeps = 6;

        private readonly Dictionary<string, int> _heights = [];

        public Layers(Dictionary<string, HashSet<string>> names)
        {
            Names = names;
            foreach (var folder in names.Keys.Order(StringComparer.Ordinal))
            {
                HeightOf(folder, []);
            }

            var rows = names.Keys.GroupBy(folder => _heights[folder]).OrderByDescending(row => row.Key);
            Slots = [.. rows.Select(row => row.Order(StringComparer.Ordinal).ToList())];
            Ways = [.. Lines.Select(line => (WayOf(line.From, line.To), line.IsCircle))];
            Untangle();
        }

        public Dictionary<string, HashSet<string>> Names { get; }

        /// <summary>Boxes, and room for the lines that pass between them.</summary>
        public IReadOnlyList<List<string>> Slots { get; }

        public IReadOnlyList<IReadOnlyList<string>> Rows => [.. Slots.Select(row => row.Where(Names.ContainsKey).ToList())];

        /// <summary>Each line with the slots on its way.</summary>
        public IReadOnlyList<(IReadOnlyList<string> Stops, bool IsCircle)> Ways { get; }

        /// <summary>What is named directly and not by way of another that is named as well.</summary>
        public IEnumerable<(string From, string To, bool IsCircle)> Lines =>
            from folder in Names.Keys.Order(StringComparer.Ordinal)
            from other in Names[folder].Order(StringComparer.Ordinal)
            let isCircle = _heights[other] >= _heights[folder]
            where isCircle || !Names[folder].Any(between => between != other && Reaches(between, other, [folder]))
            select (folder, other, isCircle);

        private bool Reaches(string from, string to, HashSet<string> seen) =>
            seen.Add(from) && (Names[from].Contains(to) || Names[from].Any(next => Reaches(next, to, seen)));

        /// <summary>One more than the highest that it names; whoever closes a circle does not count.</summary>
        private int HeightOf(string folder, HashSet<string> way)
        {
            if (!_heights.TryGetValue(folder, out var height))
            {
                way.Add(folder);
                var named = Names[folder].Order(StringComparer.Ordinal).Where(other => !way.Contains(other));
                height = named.Select(other => HeightOf(other, way) + 1).DefaultIfEmpty().Max();
                way.Remove(folder);
                _heights[folder] = height;
            }

            return height;
        }

        private List<string> WayOf(string from, string to)
        {
            var (start, end) = (Slots.Count - 1 - _heights[from], Slots.Count - 1 - _heights[to]);
            List<string> way = [from];
            for (var level = start + 1; level < end; level++)
            {
                way.Add($"{from}>{to}>{level}");
                Slots[level].Add(way[^1]);
            }

            return [.. way, to];
        }

        /// <summary>Each slot goes to the middle of those that it is tied to, downwards and upwards in turn.</summary>
        private void Untangle()
        {
            var places = new Dictionary<string, double>();
            foreach (var row in Slots)
            {
                Settle(row, places);
            }

            var ties = Ways.SelectMany(way => way.Stops.Zip(way.Stops.Skip(1))).ToList();
            var (above, below) = (ties.ToLookup(tie => tie.Second, tie => tie.First), ties.ToLookup(tie => tie.First, tie => tie.Second));
            for (var sweep = 0; sweep < Sweeps; sweep++)
            {
                var by = sweep % 2 == 0 ? above : below;
                foreach (var row in sweep % 2 == 0 ? Slots : Slots.Reverse())
                {
                    var ordered = row.OrderBy(slot => by[slot].Select(one => places[one]).DefaultIfEmpty(places[slot]).Average()).ToList();
                    row.Clear();
                    row.AddRange(ordered);
                    Settle(row, places);
                }
            }
        }

        private static void Settle(List<string> row, Dictionary<string, double> places)
        {
            for (var at = 0; at < row.Count; at++)
            {
                places[row[at]] = (at + 0.5) / row.Count;
            }
        }
    }
}
