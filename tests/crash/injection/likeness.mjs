// When two readings are the same although ids are random and clocks go on.

// Ids, times and numbers that may be times.
const VARYING = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}|\d{4}-\d\d-\d\d[T ]\d\d[:-]\d\d[:-]\d\d(\.\d+)?Z?|\b\d{13,19}\b/g;

// What corral remembers about a state beside it: a command may add to it whatever becomes of the command.
const REMEMBERED = ["bookmark", "backup", "record"];

/// Whether a token is a time of today, which is another at every run.
function isNow(token) {
  const number = /^\d{13,19}$/.test(token) ? Number(token.slice(0, 13)) : Date.parse(`${token.slice(0, 10)}T${token.slice(11, 19).replaceAll("-", ":")}Z`);
  return Math.abs(number - Date.now()) < 86_400_000;
}

const tokensOf = (units) => new Set(units.flatMap(([name, value]) => `${name} ${value}`.match(VARYING) ?? []).filter((token) => !isNow(token)));

export class Likeness {
  /// `before` and two readings after the same command: what those two share does not vary.
  constructor(before, after, again, alsoCompared = []) {
    const [first, second] = [tokensOf(after.units), tokensOf(again.units)];
    this.fixed = tokensOf(before.units);
    for (const token of first) if (second.has(token)) this.fixed.add(token);
    this.ignored = REMEMBERED.filter((kind) => !alsoCompared.includes(kind));
    this.before = this.unitsOf(before);
    this.after = this.unitsOf(after);
    this.kept = [...this.remembered(before)].filter((unit) => this.remembered(after).has(unit));
    this.places = new Set([...before.litter, ...after.litter].map((name) => this.masked(name)));
  }

  masked(text) {
    return text.replace(VARYING, (token) => (this.fixed.has(token) ? token : "*"));
  }

  isIgnored(name) {
    return this.ignored.some((kind) => name.startsWith(`${kind} `));
  }

  /// The units by their names, those of one name together.
  unitsOf(reading) {
    const units = new Map();
    for (const [name, value] of reading.units) {
      if (this.isIgnored(name)) continue;
      const key = this.masked(name);
      units.set(key, [...(units.get(key) ?? []), this.masked(value)].sort());
    }
    return new Map([...units].map(([name, values]) => [name, values.join("\n")]));
  }

  remembered(reading) {
    return new Set(reading.units.filter(([name]) => this.isIgnored(name)).map(([name, value]) => this.masked(`${name}: ${value}`)));
  }

  /// What was remembered before and should be after, and is not.
  forgotten(reading) {
    const found = this.remembered(reading);
    return this.kept.filter((unit) => !found.has(unit));
  }

  /// Names of files in the state that belong neither to the state before nor to that after.
  litter(reading) {
    return reading.litter.filter((name) => !this.places.has(this.masked(name)));
  }
}

/// The names of units in which two differ.
export function differences(one, other) {
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
}

/// A difference in a line: what is, and what was to be.
export function describe(name, found, expected) {
  const short = (text) => (text === undefined ? "nothing" : JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text));
  return `${name}: ${short(found.get(name))} instead of ${short(expected.get(name))}`;
}
