namespace Sanctum.Configurator.Tests.Platform.Cron;

public sealed class SayingWhenTests
{
    [Theory]
    [InlineData("* * * * *", "Every minute")]
    [InlineData("*/1 0-23 1-31 * 0-7", "Every minute")]
    [InlineData("*/5 * * * *", "Every 5 minutes")]
    [InlineData("0,30 * * * *", "Every 30 minutes")]
    [InlineData("0 * * * *", "Every hour")]
    [InlineData("@daily", "At 00:00 every day")]
    [InlineData("@weekly", "At 00:00 on Sundays")]
    [InlineData("@yearly", "At 00:00 on the 1st of January")]
    [InlineData("30 * * * *", "At minute 30 of every hour")]
    [InlineData("5/15 * * * *", "At minutes 5, 20, 35 and 50 of every hour")]
    [InlineData("*/7 * * * *", "At every 7th minute from 0 to 56 of every hour")]
    [InlineData("0-9,20 * * * *", "At minutes 0 to 9 and 20 of every hour")]
    [InlineData("30 2 * * 1-5", "At 02:30 on weekdays")]
    [InlineData("0 9 L * *", "At 09:00 on the last day of the month")]
    [InlineData("0 9,17 * * mon,wed,fri", "At 09:00 and 17:00 on Mondays, Wednesdays and Fridays")]
    [InlineData("0 9 * * SAT-SUN", "At 09:00 on Saturdays and Sundays")]
    [InlineData("0 9-17 * * *", "Every hour from 09:00 to 17:00 every day")]
    [InlineData("*/15 9-17 * * 1-5", "Every 15 minutes from 09:00 to 17:45 on weekdays")]
    [InlineData("* 22-2 * * 5", "Every minute from 00:00 to 02:59 and from 22:00 to 23:59 on Fridays")]
    [InlineData("* 9 * * *", "Every minute from 09:00 to 09:59 every day")]
    [InlineData("0 */2 * * *", "Every 2 hours from 00:00 to 22:00 every day")]
    [InlineData("45 */5 * * *", "At 00:45, 05:45, 10:45, 15:45 and 20:45 every day")]
    [InlineData("0 0-6,9 * * *", "Every hour from 00:00 to 06:00 and at 09:00 every day")]
    [InlineData("*/10 */2 * * *", "At every 10th minute from 0 to 50 of every 2nd hour from 0 to 22 every day")]
    [InlineData("1,2 1,3,5,9 * * *", "At minutes 1 and 2 of hours 1, 3, 5 and 9 every day")]
    [InlineData("0 6 1 * *", "At 06:00 on the 1st of the month")]
    [InlineData("0 6 1,2,3,11,22 * *", "At 06:00 on the 1st to 3rd, 11th and 22nd of the month")]
    [InlineData("0 6 */2 * *", "At 06:00 on every 2nd day from the 1st to the 31st of the month")]
    [InlineData("0 6 L-1 * *", "At 06:00 on the day before the last day of the month")]
    [InlineData("0 6 1,L-3 * *", "At 06:00 on the 1st and the 3rd day before the last day of the month")]
    [InlineData("0 6 LW * *", "At 06:00 on the last weekday of the month")]
    [InlineData("0 6 L-2W * *", "At 06:00 on the weekday nearest the 2nd day before the last day of the month")]
    [InlineData("0 6 15W * *", "At 06:00 on the weekday nearest the 15th of the month")]
    [InlineData("0 6 30W 2 *", "At 06:00 on the weekday nearest the 30th (or the last day of a shorter month) of February")]
    [InlineData("0 6 * 6-8,12 *", "At 06:00 every day in June to August and December")]
    [InlineData("*/5 * * 1 *", "Every 5 minutes in January")]
    [InlineData("0 6 1 1,7 *", "At 06:00 on the 1st of January and July")]
    [InlineData("0 6 * 1 1", "At 06:00 on Mondays in January")]
    [InlineData("0 6 * * 5L", "At 06:00 on the last Friday of the month")]
    [InlineData("0 6 * 3 TUE#2", "At 06:00 on the second Tuesday of March")]
    [InlineData("0 6 1 * 1", "At 06:00 on the 1st of the month and also on Mondays")]
    [InlineData("0 6 L 2 5#1", "At 06:00 on the last day of February and also on the first Friday of February")]
    [InlineData("0 6 */1 * 1", "At 06:00 every day")]
    [InlineData("0 0 30 2 *", "At 00:00 on the 30th of February")]
    public void The_sentence_says(string expression, string sentence) =>
        Assert.Equal(sentence, RunningNextTests.Read(expression, "UTC").Sentence);

    /// <summary>A sentence that was said of two meanings would be wrong of one of them.</summary>
    [Fact]
    public void One_sentence_is_never_said_of_two_meanings()
    {
        var byTimes = new Dictionary<string, (string Expression, string Meaning)>();
        foreach (var expression in CronText.Some(1000))
        {
            var (sentence, meaning) = (RunningNextTests.Read(expression, "UTC").Sentence, MeaningOf(expression));
            var known = byTimes.TryAdd(sentence, (expression, meaning)) ? (expression, meaning) : byTimes[sentence];
            Assert.True(known.Item2 == meaning, $"{sentence}: {expression} and {known.Item1}");
        }
    }

    /// <summary>The minutes of a day, and the days of four years, a leap year first.</summary>
    private static string MeaningOf(string expression)
    {
        var fields = expression.Split(' ');
        var times = new NaiveCron($"{fields[0]} {fields[1]} * * *");
        var days = new NaiveCron($"* * {fields[2]} {fields[3]} {fields[4]}");
        var first = new DateTime(2024, 1, 1);
        return string.Concat(Enumerable.Range(0, 1440).Select(minute => times.Means(first.AddMinutes(minute)) ? '1' : '0'))
            + string.Concat(Enumerable.Range(0, 1461).Select(day => days.Means(first.AddDays(day)) ? '1' : '0'));
    }
}
