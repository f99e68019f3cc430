/** What each function does, with an example that a test evaluates; docs/functions.md is made of it. */

export interface Documented {
  readonly call: string;
  readonly does: string;
  /** A condition without names. */
  readonly example: string;
  /** Its value as JSON. */
  readonly gives: unknown;
}

export interface Group {
  readonly title: string;
  readonly functions: readonly Documented[];
}

const one = (call: string, does: string, example: string, gives: unknown): Documented => ({ call, does, example, gives });

export const reference: readonly Group[] = [
  {
    title: 'Presence',
    functions: [
      one(
        'has(a.b)',
        'Whether a field is there and not null; any part of the path may be missing, or be other than a map.',
        'has({"a": 1}.b)',
        false,
      ),
      one(
        'empty(x)',
        'Whether a list, map or text has nothing in it; null is empty. `expect: none` asks the same of `value`.',
        'empty([])',
        true,
      ),
      one('size(x), x.size()', 'Members of a list, keys of a map, characters of a text.', 'size("ws-1")', 4),
    ],
  },
  {
    title: 'Conversions and numbers',
    functions: [
      one('number(x)', 'A number of a text in decimal notation; whole numbers keep all digits.', 'number(" 12.5 ")', 12.5),
      one('int(x)', 'A whole number of a text, of a number (cut) or of a timestamp (seconds since 1970).', 'int("42")', 42),
      one('double(x)', 'A floating point number; a long text of digits is rounded.', 'double("1e3")', 1000),
      one('string(x)', 'A text of a number, boolean, timestamp or duration.', 'string(1.5)', '1.5'),
      one('bool(x)', 'A boolean of the text true or false.', 'bool("true")', true),
      one('dyn(x)', 'The same value, whose type lint does not check.', 'dyn(1)', 1),
      one('json(text)', 'What a text of JSON holds.', 'json("{\\"lag\\": 3}").lag', 3),
      one('round(x, n)', 'Rounded to n decimals; without n to a whole number.', 'round(2.3456, 2)', 2.35),
      one('floor(x)', 'The next whole number below.', 'floor(2.7)', 2),
      one('ceil(x)', 'The next whole number above.', 'ceil(2.1)', 3),
      one('abs(x)', 'The number without its sign.', 'abs(-3)', 3),
    ],
  },
  {
    title: 'Text',
    functions: [
      one('lines(text), x.lines()', 'The lines that are not empty.', 'lines("a\\n\\nb\\n")', ['a', 'b']),
      one('x.words()', 'What blanks divide.', '" up  3m ".words()', ['up', '3m']),
      one(
        'x.column(n)',
        'The n-th word of each line of a text or list, from 1; -1 is the last. Lines with fewer words are left out.',
        '"web 3\\ndb 5".column(2)',
        ['3', '5'],
      ),
      one('x.split(text)', 'The parts between the separator.', '"a,b".split(",")', ['a', 'b']),
      one('x.join(text)', 'A list as one text.', '["a", "b"].join("+")', 'a+b'),
      one(
        'matches(x, pattern), x.matches(pattern)',
        'Whether the pattern (RE2, linear time) is found.',
        '"dlq=3".matches("dlq=[1-9]")',
        true,
      ),
      one(
        'x.find(pattern)',
        'The first match, or what its first group took. No match counts as no data: a wait continues with `onNoData: wait`.',
        '"lag 12 s".find("lag ([0-9]+)")',
        '12',
      ),
      one('x.findAll(pattern)', 'All matches, or what the first group of each took.', '"a=1 b=2".findAll("=([0-9])")', [
        '1',
        '2',
      ]),
      one('x.contains(text)', 'Whether the text is part of it.', '"leader=3".contains("leader")', true),
      one('x.startsWith(text)', 'Whether it begins so.', '"ws-1".startsWith("ws")', true),
      one('x.endsWith(text)', 'Whether it ends so.', '"ws-1".endsWith("-1")', true),
      one('x.trim()', 'Without blanks around.', '" a ".trim()', 'a'),
      one('x.lowerAscii()', 'Letters A to Z in lower case.', '"OK".lowerAscii()', 'ok'),
      one('x.upperAscii()', 'Letters a to z in upper case.', '"ok".upperAscii()', 'OK'),
      one('x.replace(old, new)', 'Every occurrence replaced.', '"a-b".replace("-", "_")', 'a_b'),
      one('x.substring(from, to)', 'Characters from a position (0 is the first) up to another.', '"abcd".substring(1, 3)', 'bc'),
      one('x.indexOf(text)', 'Where it is first found; -1 if nowhere.', '"abc".indexOf("c")', 2),
      one('x.lastIndexOf(text)', 'Where it is last found; -1 if nowhere.', '"aba".lastIndexOf("a")', 2),
      one('x.charAt(n)', 'One character.', '"abc".charAt(1)', 'b'),
      one('x.base64Encode()', 'Base64 of a text.', '"hi".base64Encode()', 'aGk='),
      one('x.base64Decode()', 'The text that base64 encodes.', '"aGk=".base64Decode()', 'hi'),
      one('x.urlEncode()', 'A text as one part of a URL.', '"a b/c".urlEncode()', 'a%20b%2Fc'),
    ],
  },
  {
    title: 'Lists and maps',
    functions: [
      one('x.sort()', 'Numbers by size, texts by their characters, times by their moment.', '[3, 1, 2].sort()', [1, 2, 3]),
      one(
        'x.sortBy(one, key)',
        'Sorted by what is computed of each member.',
        '[{"n": "a", "lag": 5}, {"n": "b", "lag": 2}].sortBy(p, p.lag).map(p, p.n)',
        ['b', 'a'],
      ),
      one('x.reverse()', 'The other way round.', '[1, 2].reverse()', [2, 1]),
      one('x.top(n)', 'The n greatest, the greatest first.', '[4, 9, 7].top(2)', [9, 7]),
      one('x.first(n)', 'The first n members, or all if there are fewer.', '["a", "b", "c"].first(2)', ['a', 'b']),
      one('x.last(n)', 'The last n members, or all if there are fewer.', '["a", "b", "c"].last(1)', ['c']),
      one('x.counts()', 'How often each member is there, the most frequent first.', '["a", "b", "a"].counts().first(1)', [
        { value: 'a', count: 2 },
      ]),
      one('distinct(x), x.distinct()', 'Each member once.', '[1, 1, 2].distinct()', [1, 2]),
      one('x.flatten()', 'The members of lists within a list.', '[[1], [2, 3]].flatten()', [1, 2, 3]),
      one('values(map), x.values()', 'The values of a map as a list.', '{"a": 1, "b": 2}.values()', [1, 2]),
      one('min(a, b), x.min()', 'The smallest; of an empty list there is none, which counts as no data.', 'min(3, 2)', 2),
      one('max(a, b), x.max()', 'The greatest; of an empty list there is none, which counts as no data.', '[3, 7].max()', 7),
      one('sum(x), x.sum()', 'The sum of numbers.', '[1, 2.5].sum()', 3.5),
      one('avg(x), x.avg()', 'Their average; of an empty list there is none, which counts as no data.', '[1, 2].avg()', 1.5),
      one('x.all(one, test)', 'Whether the test holds for every member.', '[1, 2].all(n, n > 0)', true),
      one('x.exists(one, test)', 'Whether it holds for at least one.', '[1, 2].exists(n, n > 1)', true),
      one('x.exists_one(one, test)', 'Whether it holds for exactly one.', '[1, 2].exists_one(n, n > 1)', true),
      one('x.filter(one, test)', 'The members for which it holds.', '[1, 2, 3].filter(n, n != 2)', [1, 3]),
      one('x.map(one, of)', 'What is made of each member.', '[1, 2].map(n, n * 10)', [10, 20]),
    ],
  },
  {
    title: 'Time',
    functions: [
      one(
        'now()',
        'The moment at which the condition is evaluated; in messages `{{run.now}}`.',
        'now() > timestamp("2020-01-01T00:00:00Z")',
        true,
      ),
      one(
        'timestamp(x)',
        'A moment of a text (RFC 3339) or of seconds since 1970.',
        'timestamp(1700000000)',
        '2023-11-14T22:13:20Z',
      ),
      one(
        'fromEpochMillis(n)',
        'A moment of milliseconds since 1970.',
        'fromEpochMillis(1700000000500)',
        '2023-11-14T22:13:20.5Z',
      ),
      one(
        'fromEpochMicros(n)',
        'A moment of microseconds since 1970.',
        'fromEpochMicros(1700000000000250)',
        '2023-11-14T22:13:20.00025Z',
      ),
      one('x.epochSeconds()', 'Whole seconds since 1970.', 'timestamp("2023-11-14T22:13:20Z").epochSeconds()', 1700000000),
      one('x.epochMillis()', 'Milliseconds since 1970.', 'timestamp("2023-11-14T22:13:20.5Z").epochMillis()', 1700000000500),
      one(
        'x.epochMicros()',
        'Microseconds since 1970.',
        'timestamp("2023-11-14T22:13:20.00025Z").epochMicros()',
        1700000000000250,
      ),
      one(
        'duration(text)',
        'A length of time. Numbers make one by a unit: `duration("1ms") * 37.2`.',
        'duration("1m") * 1.5 == duration("90s")',
        true,
      ),
      one(
        'x.format(codes, zone)',
        'A timestamp as `date` writes it: %Y %m %d %H %M %S %L %j %a; UTC without a zone.',
        'timestamp("2026-01-31T23:30:00Z").format("%Y-%m-%d", "Europe/Berlin")',
        '2026-02-01',
      ),
      one('x.getFullYear(zone)', 'The year.', 'timestamp("2026-01-31T23:30:00Z").getFullYear()', 2026),
      one('x.getMonth(zone)', 'The month; January is 0.', 'timestamp("2026-01-31T23:30:00Z").getMonth()', 0),
      one('x.getDate(zone)', 'The day of the month, from 1.', 'timestamp("2026-01-31T23:30:00Z").getDate("+01:00")', 1),
      one('x.getDayOfMonth(zone)', 'The day of the month, from 0.', 'timestamp("2026-01-31T23:30:00Z").getDayOfMonth()', 30),
      one('x.getDayOfYear(zone)', 'The day of the year, from 0.', 'timestamp("2026-02-01T00:00:00Z").getDayOfYear()', 31),
      one('x.getDayOfWeek(zone)', 'The day of the week; Sunday is 0.', 'timestamp("2026-02-01T00:00:00Z").getDayOfWeek()', 0),
      one('x.getHours(zone)', 'The hour of a timestamp; all hours of a duration.', 'duration("1h30m").getHours()', 1),
      one('x.getMinutes(zone)', 'The minute of a timestamp; all minutes of a duration.', 'duration("1h30m").getMinutes()', 90),
      one('x.getSeconds(zone)', 'The second of a timestamp; all seconds of a duration.', 'duration("1m").getSeconds()', 60),
      one(
        'x.getMilliseconds(zone)',
        'The millisecond of a timestamp; all milliseconds of a duration.',
        'duration("1s").getMilliseconds()',
        1000,
      ),
    ],
  },
];

/** The page that people read. */
export function functionsPage(): string {
  const rows = ({ title, functions }: Group): string =>
    `## ${title}\n\n| Call | Does | Example | Gives |\n| --- | --- | --- | --- |\n${functions
      .map(({ call, does, example, gives }) => `| \`${call}\` | ${does} | \`${example}\` | \`${JSON.stringify(gives)}\` |`)
      .join('\n')}\n`;
  return `<!-- Generated from src/interpreter/language/cel/functions/reference.ts; do not edit. -->
# Functions of conditions

For \`expect\`, \`until\`, \`when\`, \`value\` and every other condition. Conditions are CEL; what pipes through \`grep | sort | head\` in a shell is written here, so it is
checked before the run and never meets a shell: \`lines(result.stdout).filter(l, l.matches("ERROR")).map(l, l.find("user=(\\\\w+)")).counts().first(5)\`.

${reference.map(rows).join('\n')}`;
}
