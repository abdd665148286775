import assert from "node:assert/strict";
import { test } from "node:test";
import * as types from "./checker/types.ts";
import { compileExpression } from "./compile.ts";
import { Budget } from "./evaluate/frame.ts";
import { baseEnvironment } from "./libraries/base.ts";
import { shown } from "./libraries/string-format.ts";
import { dynShape, fromJson } from "./values/data.ts";

const data: Readonly<Record<string, unknown>> = {
  x: 3,
  text: "grüße",
  object: { spec: { replicas: 3, names: ["b", "a"], labels: { app: "till" } }, metadata: { name: "one" } },
};
const environment = baseEnvironment.extend({
  variables: { x: types.int, text: types.string, object: types.dyn },
});

function answer(expression: string): string {
  const value = compileExpression(expression, environment).evaluate((name) => fromJson(data[name], dynShape));
  return shown(value);
}

/** An expression, and its answer or what is wrong. */
const answers: readonly (readonly [string, string])[] = [
  ["1 + 2 * 3", "7"],
  ["-7 / 2", "-3"],
  ["-7 % 2", "-1"],
  ["7u - 2u", "5"],
  ["1.5 + 1.0", "2.5"],
  ["-9223372036854775808", "-9223372036854775808"],
  ["0xff", "255"],
  ["1 == 1.0 || false", "!no overload"],
  ["dyn(1) == 1.0", "true"],
  ["dyn(1u) == 1", "true"],
  ["1 < 1.5", "true"],
  ["'a' < 'b' && !(b'a' > b'b')", "true"],
  ["'a' + \"b\" + '''c\n'''", "abc\n"],
  [String.raw`r'\d' + '\u00fc\x41\101\n'`, "\\düAA\n"],
  ["x > 2 ? 'many' : 'few'", "many"],
  ["true || 1 / 0 == 1", "true"],
  ["1 / 0 == 1 || true", "true"],
  ["false && 1 / 0 == 1", "false"],
  ["size(text) == 5 && text.size() == 5", "true"],
  ["[1, 2, 3].exists(i, i > 2)", "true"],
  ["[1, 2, 3].all(i, i > 0 && i < x + 1)", "true"],
  ["[1, 2, 3].exists_one(i, i > 2)", "true"],
  ["[1, 2, 3].map(i, i * 2)", "[2, 4, 6]"],
  ["[1, 2, 3].map(i, i > 1, i * 2)", "[4, 6]"],
  ["[1, 2, 3].filter(i, i != 2)", "[1, 3]"],
  ["[[1], [2, 3]].map(l, l.map(i, i + l.size()))", "[[2], [4, 5]]"],
  ["{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])", "true"],
  ["{'a': 1}.all(k, v, k == 'a' && v == 1)", "true"],
  ["[4, 5].exists(i, v, i == 1 && v == 5)", "true"],
  ["[4, 5].transformList(i, v, v * i)", "[0, 5]"],
  ["{'a': 1, 'b': 2}.transformMap(k, v, k != 'a', v + 1)", "{b: 3}"],
  ["{'a': 'x'}.transformMapEntry(k, v, {v: k})", "{x: a}"],
  ["{'a': 1}['a'] + {1: 2}[1]", "3"],
  ["{'a': 1}.a", "1"],
  ["has({'a': 1}.b)", "false"],
  ["has(dyn(x).b) || dyn(null).?a.hasValue() || dyn('a')[?'b'].hasValue()", "false"],
  ["has(object.spec.replicas) && !has(object.spec.missing)", "true"],
  ["object.spec.replicas + 1", "4"],
  ["object.spec.names.isSorted()", "false"],
  ["object.spec.labels['app'] == 'till' && 'app' in object.spec.labels", "true"],
  ["object.?spec.?missing.orValue('none')", "none"],
  ["object.spec[?'replicas'].hasValue()", "true"],
  ["object.?spec.replicas.optMap(r, r * 2).value()", "6"],
  ["optional.of(1).optFlatMap(v, optional.none()).hasValue()", "false"],
  ["[?optional.of(1), ?optional.none(), 2]", "[1, 2]"],
  ["{?'a': optional.none(), 'b': 1}", "{b: 1}"],
  ["optional.ofNonZeroValue('').or(optional.of('b')).value()", "b"],
  ["type(1) == int && type('') == string && type([]) == list && type(null) == null_type", "true"],
  ["int('42') + int(3.9) + int(7u)", "52"],
  ["uint('7') == 7u && double('1.5') == 1.5", "true"],
  ["string(1) + string(1.5) + string(true) + string(2u)", "11.5true2"],
  ["string(1e21) + string(0.00001)", "1e+211e-05"],
  ["string(bytes('ü'))", "ü"],
  ["timestamp('2024-02-29T23:30:00.5Z') + duration('1h')", "2024-03-01T00:30:00.5Z"],
  ["timestamp('2024-03-01T00:00:00Z').getDayOfYear()", "60"],
  ["timestamp('2024-07-01T00:00:00Z').getHours('Europe/Berlin')", "2"],
  ["timestamp('2024-07-01T00:00:00Z').getHours('-02:30')", "21"],
  ["timestamp('2024-01-02T00:00:00Z') - timestamp('2024-01-01T00:00:00Z') == duration('24h')", "true"],
  ["duration('1h30m').getMinutes()", "90"],
  ["string(duration('1.5s'))", "1.5s"],
  ["'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c')", "true"],
  ["'foobar'.matches('^fo+b')", "true"],
  ["'abc 123 de 45'.find('[0-9]+') + '/' + 'a1b22'.findAll('[0-9]+').join(',')", "123/1,22"],
  ["'a1b22'.findAll('[0-9]+', 1)", "[1]"],
  ["'hello'.charAt(1) + 'Hello'.lowerAscii() + 'hi'.upperAscii()", "ehelloHI"],
  ["'hello mellow'.indexOf('ello', 2) + 'hello mellow'.lastIndexOf('ello')", "14"],
  ["'a,b,c'.split(',', 2)", "[a, b,c]"],
  ["'aaa'.replace('a', 'b', 2) + ' x '.trim()", "bbax"],
  ["'tacocat'.substring(0, 4)", "taco"],
  ["'%s is %d, %.2f, %x %%'.format(['one', 1, 1.0, 255])", "one is 1, 1.00, ff %"],
  ["strings.quote('a\"b')", '"a\\"b"'],
  ["[1, 3, 2].sum() + [1, 3, 2].min() * [1, 3, 2].max()", "9"],
  ["[1, 2, 1].indexOf(1) + [1, 2, 1].lastIndexOf(1)", "2"],
  ["sets.contains([1, 2], [1]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])", "true"],
  [
    "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('50k').add(20).compareTo(quantity('50020')) == 0",
    "true",
  ],
  ["isQuantity('20Mi') && !isQuantity('20Mo') && quantity('50M').asInteger() == 50000000", "true"],
  ["url('https://user@example.com:80/a b?c=1').getHost()", "!URL parse error"],
  ["url('https://example.com:80/path?k=a&k=b').getQuery()['k'].join('')", "ab"],
  ["url('https://[::1]:80/').getHostname() + url('https://[::1]:80/').getPort()", "::180"],
  ["isURL('/path') && !isURL('path')", "true"],
  ["ip('192.168.0.1').family() == 4 && isIP('::1') && !isIP('::ffff:1.2.3.4')", "true"],
  ["string(ip('2001:db8:0::1'))", "2001:db8::1"],
  ["ip.isCanonical('127.0.0.1') && ip('127.0.0.1').isLoopback()", "true"],
  ["cidr('192.168.0.0/24').containsIP('192.168.0.7') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true"],
  ["string(cidr('192.168.1.9/24').masked())", "192.168.1.0/24"],
  ["!format.dns1123Label().validate('my-label').hasValue()", "true"],
  ["format.dns1123Label().validate('My-Label').value().size() > 0", "true"],
  ["semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('1.0.0-alpha.1') && !isSemver('v1.0')", "true"],
  ["semver('v1.2', true).major()", "1"],
  ["object.spec.missing", "!no such key: missing"],
  ["object.spec.replicas.of", "!no such key: of"],
  ["object.spec.names.of", "!unsupported index type 'string' in list"],
  ["object.left == 1 || object.right == 1", "!no such key: left"],
  ["[1][5]", "!index out of bounds: 5"],
  ["{'a': 1}['b']", "!no such key: b"],
  ["1 / 0", "!division by zero"],
  ["9223372036854775807 + 1", "!integer overflow"],
  ["int('x')", "!type conversion error from 'string' to 'int'"],
  ["object.spec + 1", "!no such overload"],
  ["y", "!compilation failed: ERROR: <input>:1:1: undeclared reference to 'y' (in container '')\n | y\n | ^"],
  [
    "x + 'a'",
    "!compilation failed: ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | x + 'a'\n | ..^",
  ],
  ["x.name", "!compilation failed: ERROR: <input>:1:2: type 'int' does not support field selection\n | x.name\n | .^"],
  [
    "text.foo(1)",
    "!compilation failed: ERROR: <input>:1:9: undeclared reference to 'foo' (in container '')\n | text.foo(1)\n | ........^",
  ],
  [
    "text.size(1)",
    "!compilation failed: ERROR: <input>:1:10: found no matching overload for 'size' applied to 'string.(int)'",
  ],
  ["[1, 'a']", "!compilation failed: ERROR: <input>:1:5: expected type 'int' but found 'string'"],
  [
    "1.all(i, true)",
    "!compilation failed: ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
  ],
  [
    "x +",
    "!compilation failed: ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | x +\n | ...^",
  ],
];

for (const [expression, expected] of answers) {
  if (expected === "!no overload") {
    test(`${expression} does not compile`, () => assert.throws(() => answer(expression), /no matching overload/));
  } else if (expected.startsWith("!")) {
    test(`${expression} fails: ${expected.slice(1, 60)}`, () => {
      assert.throws(
        () => answer(expression),
        (error: Error) => {
          assert.ok(error.message.startsWith(expected.slice(1)), error.message);
          return true;
        },
      );
    });
  } else test(`${expression} is ${expected}`, () => assert.equal(answer(expression), expected));
}

test("an expression that runs away is stopped", () => {
  const list = `[${Array.from({ length: 100 }, (_, index) => index).join(",")}]`;
  const program = compileExpression(`${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c >= 0)))`, environment);
  const started = performance.now();
  assert.throws(() => program.evaluate(() => undefined), /operation cancelled: actual cost limit exceeded/);
  assert.ok(performance.now() - started < 2000);
});

test("ranges within ranges are stopped like other loops", { timeout: 20_000 }, () => {
  const range = "lists.range(1000000)";
  const program = compileExpression(`${range}.all(a, size(${range}) == 1000000)`, environment);
  assert.throws(() => program.evaluate(() => undefined, new Budget(100_000)), /actual cost limit exceeded/);
});

test("a list that is doubled again and again is stopped before it takes the memory", () => {
  const doubled = `[[1]]${".map(a, a + a)".repeat(40)}`;
  const program = compileExpression(`size(${doubled}[0]) > 0`, environment);
  assert.throws(() => program.evaluate(() => undefined), /actual cost limit exceeded/);
  const dynamic = compileExpression(`size([object.spec.names]${".map(a, a + a)".repeat(40)}[0]) > 0`, environment);
  assert.throws(() => dynamic.evaluate((name) => fromJson(data[name], dynShape)), /actual cost limit exceeded/);
});

test("an expression as long as may be is checked in time that grows with its length", () => {
  for (const part of ["object.a == 1 || ", "1 + 'a' == 2 || ", "[true ? [] : [[]]] == [] || "]) {
    const before = process.cpuUsage();
    try {
      compileExpression(`${part.repeat(95_000 / part.length)}true`, environment);
    } catch {
      // Some of them are wrong.
    }
    const { user } = process.cpuUsage(before);
    assert.ok(user < 2_000_000, `${part}: ${user} µs`);
  }
});

test("sets and maps among lists are compared and added item by item, and not each with each", () => {
  const count = 100_000;
  const names = Array.from({ length: count }, (_, i) => `name${i}`);
  const cases = [
    { semantics: { type: "set" }, item: dynShape, items: names },
    { semantics: { type: "map", keys: ["k"] }, item: dynShape, items: names.map((k) => ({ k })) },
  ] as const;
  for (const { semantics, item, items } of cases) {
    const shape = { kind: "list", item, semantics } as const;
    const values = { a: fromJson(items, shape), b: fromJson(items.toReversed(), shape) };
    const lists = environment.extend({ variables: { a: types.listOf(types.dyn), b: types.listOf(types.dyn) } });
    const program = compileExpression(`a == b && size(a + b) == ${count}`, lists);
    assert.equal(
      program.evaluate((name) => values[name as "a" | "b"]),
      true,
    );
  }
});

test("a set that has an item twice, which is told elsewhere, keeps both when another is added to it", () => {
  const set = { kind: "list", item: dynShape, semantics: { type: "set" } } as const;
  const values = { a: fromJson(["x", "x", "y"], set), b: fromJson(["z", "x"], set) };
  const lists = environment.extend({ variables: { a: types.listOf(types.dyn), b: types.listOf(types.dyn) } });
  const program = compileExpression("(a + b).map(one, one).join() == 'xxyz'", lists);
  assert.equal(
    program.evaluate((name) => values[name as "a" | "b"]),
    true,
  );
});

test("what several expressions cost together is counted", () => {
  const budget = new Budget(100);
  const program = compileExpression("x + x + x > 0", environment);
  const variables = () => 3n;
  program.evaluate(variables, budget);
  assert.equal(budget.spent, 6);
  assert.throws(() => {
    for (let round = 0; round < 100; round++) program.evaluate(variables, budget);
  }, /cost limit exceeded/);
});

test("what is nested too deep, or too long, does not compile", () => {
  const tooDeep = /^CompileError: compilation failed: ERROR: <input>:-1:0: max recursion depth exceeded$/;
  assert.ok(compileExpression(`1${" + 1".repeat(249)} > 0`, environment));
  assert.throws(() => compileExpression(`1${" + 1".repeat(250)} > 0`, environment), tooDeep);
  assert.throws(() => compileExpression(`object${".a".repeat(20_000)}`, environment), tooDeep);
  assert.ok(compileExpression(`true${" && true".repeat(5000)}`, environment));
  const nested = /ERROR: <input>:-1:0: expression recursion limit exceeded: 250$/;
  assert.throws(() => compileExpression("[".repeat(30_000), environment), nested);
  const long = /ERROR: <input>:-1:0: expression code point size exceeds limit: size: 120001, limit 100000$/;
  assert.throws(() => compileExpression(`1${" + 1".repeat(30_000)}`, environment), long);
});

test("of many mistakes a hundred are shown", () => {
  assert.throws(
    () => compileExpression(`[${"a,".repeat(30_000)}1]`, environment),
    ({ message }: Error) => {
      assert.equal(message.match(/undeclared reference to 'a'/g)?.length, 100);
      return message.endsWith("^\n29900 more errors were truncated");
    },
  );
});
