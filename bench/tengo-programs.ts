/** A program in Tengo, and how long the reference (Go) takes for it as a whole process. */
export interface TengoProgram {
  readonly source: string;
  /** Seconds, on the machine of the reference's own figures. */
  readonly reference: number;
}

/** Five programs that the reference was measured with. Each ends by itself and prints nothing. */
export const TENGO_PROGRAMS: Readonly<Record<string, TengoProgram>> = {
  "fib(30)": {
    reference: 0.164,
    source: `
fib := func(n) {
	if n < 2 { return n }
	return fib(n - 1) + fib(n - 2)
}
if fib(30) != 832040 { export error("wrong") }`,
  },
  "1e7 times s += i % 7": {
    reference: 0.745,
    source: `
s := 0
for i := 0; i < 10000000; i++ { s += i % 7 }
if s != 29999994 { export error("wrong: " + s) }`,
  },
  "20k appends to a string; an array of 200k, joined": {
    reference: 0.184,
    source: `
text := import("text")
s := ""
for i := 0; i < 20000; i++ { s += "x" }
words := []
for i := 0; i < 200000; i++ { words = append(words, "w" + i) }
joined := text.join(words, ",")
if len(s) != 20000 || len(joined) != 1488889 { export error("wrong: " + len(joined)) }`,
  },
  "quicksort of 1e5 ints": {
    reference: 0.224,
    source: `
seed := 12345
a := []
for i := 0; i < 100000; i++ {
	seed = (seed * 1103515245 + 12345) % 2147483648
	a = append(a, seed)
}
sort := func(lo, hi) {
	for lo < hi {
		pivot := a[(lo + hi) / 2]
		i := lo
		j := hi
		for i <= j {
			for a[i] < pivot { i++ }
			for a[j] > pivot { j-- }
			if i <= j {
				t := a[i]
				a[i] = a[j]
				a[j] = t
				i++
				j--
			}
		}
		if j - lo < hi - i {
			sort(lo, j)
			lo = i
		} else {
			sort(i, hi)
			hi = j
		}
	}
}
sort(0, len(a) - 1)
for i := 1; i < len(a); i++ { if a[i - 1] > a[i] { export error("wrong") } }`,
  },
  "500k updates of a map; 200k records": {
    reference: 0.478,
    source: `
m := {}
for i := 0; i < 500000; i++ {
	key := "k" + (i % 1000)
	m[key] = (m[key] || 0) + 1
}
records := []
for i := 0; i < 200000; i++ { records = append(records, {id: i, name: "n" + i, ok: i % 2 == 0}) }
n := 0
for r in records { if r.ok { n += r.id } }
if len(m) != 1000 || m.k7 != 500 || n != 9999900000 { export error("wrong: " + n) }`,
  },
};

/** A program of so many lines: functions with branches, loops, maps and closures, and calls of them. */
export function longProgram(lines: number): string {
  const parts: string[] = ['fmt := import("fmt")', "state := {count: 0}"];
  for (let index = 0; parts.length + 16 <= lines; index++) {
    // Functions of a map, as there may be only 1024 global variables.
    parts.push(
      `state.f${index} = func(a, b) {`,
      `\titems := [a, b, ${index}, "text ${index}"]`,
      "\ttotal := 0",
      "\tfor i, item in items {",
      "\t\tif is_int(item) && item > 0 {",
      "\t\t\ttotal += item * 2 - i",
      "\t\t} else if is_string(item) {",
      "\t\t\ttotal += len(item)",
      "\t\t} else {",
      "\t\t\ttotal--",
      "\t\t}",
      "\t}",
      `\tnested := func(x) { return total + x + ${index} }`,
      `\treturn {sum: nested(a), label: "f${index}", half: total / 2.0}`,
      "}",
      `state.count += state.f${index}(${index}, 2).sum`,
    );
  }
  while (parts.length < lines) parts.push("// padding");
  return parts.join("\n");
}
