import { foldRune, isLaterRune } from "../../forms/index.ts";

/** Whether a rune belongs to a class. */
export type RuneTest = (rune: number) => boolean;

/** Where there are letters with case: what is beyond has none. */
const CASED: readonly (readonly [number, number])[] = [
  [0x41, 0x5a],
  [0x61, 0x7a],
  [0xb5, 0x58f],
  [0x10a0, 0x10ff],
  [0x13a0, 0x13ff],
  [0x1c80, 0x1cbf],
  [0x1d79, 0x1d8e],
  [0x1e00, 0x1fff],
  [0x2126, 0x2188],
  [0x24b6, 0x24e9],
  [0x2c00, 0x2d2f],
  [0xa640, 0xa7ff],
  [0xab53, 0xabbf],
  [0xff21, 0xff5a],
  [0x10400, 0x105bf],
  [0x10c80, 0x10cff],
  [0x118a0, 0x118df],
  [0x16e40, 0x16e7f],
  [0x1e900, 0x1e943],
];

let orbits: Map<number, readonly number[]> | undefined;

function makeOrbits(): Map<number, readonly number[]> {
  const byFold = new Map<number, number[]>();
  for (const [from, to] of CASED) {
    for (let rune = from; rune <= to; rune++) {
      const fold = foldRune(rune);
      const members = byFold.get(fold);
      if (members === undefined) byFold.set(fold, [rune]);
      else members.push(rune);
    }
  }
  const found = new Map<number, readonly number[]>();
  for (const members of byFold.values()) {
    if (members.length > 1) for (const rune of members) found.set(rune, members);
  }
  return found;
}

/** Whether a rune has others that differ from it in case only. */
export function hasCase(rune: number): boolean {
  orbits ??= makeOrbits();
  return orbits.has(rune);
}

/** The class of all runes that differ from one of `test` in case at most. */
export function folded(test: RuneTest): RuneTest {
  orbits ??= makeOrbits();
  const members = orbits;
  return (rune) => test(rune) || (members.get(rune)?.some(test) ?? false);
}

/** The runes from `low` to `high`. */
export function range(low: number, high: number): RuneTest {
  return (rune) => rune >= low && rune <= high;
}

/** What is not in a class. */
export function negated(test: RuneTest): RuneTest {
  return (rune) => !test(rune);
}

/** What is in any of several classes. ASCII is looked up. */
export function union(tests: readonly RuneTest[]): RuneTest {
  const ascii = new Uint8Array(128);
  for (let rune = 0; rune < 128; rune++) if (tests.some((test) => test(rune))) ascii[rune] = 1;
  return (rune) => (rune < 128 ? ascii[rune] === 1 : tests.some((test) => test(rune)));
}

function ascii(pattern: RegExp): RuneTest {
  return (rune) => rune < 128 && pattern.test(String.fromCharCode(rune));
}

/** `\d`, `\s` and `\w` by their letters. */
export const PERL_CLASSES: ReadonlyMap<string, RuneTest> = new Map([
  ["d", ascii(/[0-9]/)],
  ["s", ascii(/[\t\n\f\r ]/)],
  ["w", ascii(/[0-9A-Za-z_]/)],
]);

/** `[:alpha:]` and its like by their names. */
export const POSIX_CLASSES: ReadonlyMap<string, RuneTest> = new Map([
  ["alnum", ascii(/[0-9A-Za-z]/)],
  ["alpha", ascii(/[A-Za-z]/)],
  ["ascii", (rune) => rune < 128],
  ["blank", ascii(/[\t ]/)],
  // eslint-disable-next-line no-control-regex
  ["cntrl", ascii(/[\x00-\x1f\x7f]/)],
  ["digit", ascii(/[0-9]/)],
  ["graph", ascii(/[!-~]/)],
  ["lower", ascii(/[a-z]/)],
  ["print", ascii(/[ -~]/)],
  ["punct", ascii(/[!-/:-@[-`{-~]/)],
  ["space", ascii(/[\t\n\v\f\r ]/)],
  ["upper", ascii(/[A-Z]/)],
  ["word", ascii(/[0-9A-Za-z_]/)],
  ["xdigit", ascii(/[0-9A-Fa-f]/)],
]);

const CATEGORIES: ReadonlySet<string> = new Set(
  "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs".split(" "),
);

/** The scripts of Unicode 15.0 by the names that Go gives them: there are no others, and no short names. */
const SCRIPTS = `
  Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki
  Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee
  Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra
  Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati
  Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
  Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi
  Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian
  Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
  Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari
  Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic
  Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage
  Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan
  Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri
  Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan
  Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square
`;

/** The class of a Unicode category or script, or undefined where there is none of that name. */
export function unicodeClass(name: string): RuneTest | undefined {
  if (name === "Any") return () => true;
  if (CATEGORIES.has(name)) return unicodeTest(categoryPattern(name));
  return /^\w+$/.test(name) && new RegExp(`\\b${name}\\b`).test(SCRIPTS)
    ? unicodeTest(new RegExp(`^\\p{Script=${name}}$`, "u"))
    : undefined;
}

/** Go's category C leaves out what is not assigned. */
function categoryPattern(name: string): RegExp {
  return name === "C" ? /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}]$/u : new RegExp(`^\\p{${name}}$`, "u");
}

function unicodeTest(pattern: RegExp): RuneTest {
  return (rune) => pattern.test(String.fromCodePoint(rune)) && !isLaterRune(rune);
}
