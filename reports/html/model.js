// The data block as objects. Its rows are arrays to be small; only this file knows their order, which
// reports/html_data.cpp writes.

const raw = JSON.parse(document.getElementById('data').textContent);
const text = (number) => raw.strings[number] || '';

// What a verdict looks like without colour, and what it says.
const verdicts = [
  { name: 'pass', glyph: '\u2713', means: 'all that the RFC requires and recommends' },
  { name: 'non-strict', glyph: '\u2248', means: 'every MUST is kept; a SHOULD, or the strict reading, is not' },
  { name: 'informational', glyph: 'i', means: 'no grade: the RFC leaves it open, a value is reported' },
  { name: 'fail', glyph: '\u2717', means: 'a MUST is broken' },
  { name: 'unimplemented', glyph: '\u25cb', means: 'an optional feature that the target does not offer' },
  { name: 'skipped', glyph: '\u2013', means: 'not run, with the reason' },
  { name: 'blocked', glyph: '\u2298', means: 'not run: a case that it depends on failed' },
  { name: 'flaky', glyph: '\u223f', means: 'the verdict changed when the case ran alone' },
  { name: 'error', glyph: '!', means: 'the tester or the connection, not the target\u2019s conformance' },
];
const verdictNumber = Object.fromEntries(verdicts.map((one, number) => [one.name, number]));
// The first of these that occurs stands for many.
const worstFirst = ['fail', 'error', 'flaky', 'blocked', 'non-strict', 'unimplemented', 'skipped', 'informational',
  'pass'].map((name) => verdictNumber[name]);
const ran = (verdict) => !['unimplemented', 'skipped', 'blocked', 'error'].includes(verdicts[verdict].name);

const codeNames = new Map(raw.codes);

const requirements = raw.requirements.map((row, number) => ({
  number, id: row[0], rfc: row[1], section: row[2], level: row[3], bound: row[4], statement: text(row[5]),
  // Bits: 1 at a server, 2 at a client.
  observable: row[6], unobservable: row[6] === 0, cases: [],
  // Cases about something else in which it decided: what a target sends is always judged by every statement.
  strays: new Set(),
}));

const cases = raw.cases.map((row, number) => ({
  number, id: row[0], title: text(row[1]), group: row[2], covers: row[3].map((one) => requirements[one]),
  note: text(row[4]), needs: text(row[5]), scripts: row[6], telling: text(row[7]), scriptCount: row[8],
}));
for (const one of cases) for (const statement of one.covers) statement.cases.push(one);

const groups = raw.groups.map(([number, title]) => ({ number, title }));

function transcriptOf(rows) {
  if (!rows) return null;
  return rows.map((row) => ({
    at: row[0], direction: ['sent', 'received', 'note'][row[1]], size: row[2], note: text(row[3]), octets: row[4],
    windowFrom: row[5], windowOctets: row[6],
  }));
}

function closingOf(row) {
  return { sent: row[0] === 1, code: row[1], fits: row[2] === 1, end: ['open', 'fin', 'reset', 'tester'][row[3]],
    clean: row[4] === 1 };
}

function figuresOf(row) {
  if (!row) return null;
  return { messages: row[0], size: row[1], octets: row[2], wireSent: row[3], wireReceived: row[4], compressed: row[5],
    seconds: row[6], minimum: row[7], median: row[8], p99: row[9] };
}

function resourcesOf(row) {
  if (!row) return null;
  return { sent: row[0], processes: row[1], before: row[2], peak: row[3], after: row[4], cpu: row[5],
    filesBefore: row[6], filesPeak: row[7], filesAfter: row[8], growth: row[9], exponent: row[10], held: row[11] };
}

// Made when asked for: a page of 20,000 results needs few of them.
class Result {
  constructor(row, run) {
    this.row = row;
    this.run = run;
    this.case = cases[row[0]];
    this.verdict = row[1];
  }
  get detail() { return text(this.row[2]); }
  get requirement() { return requirements[this.row[3]] || null; }
  get expected() { return text(this.row[4]); }
  get observed() { return text(this.row[5]); }
  get closing() { return closingOf(this.row[6]); }
  // Counted from 1 in the target's stream, its HTTP response included.
  get deciding() { return this.row[7]; }
  get milliseconds() { return this.row[8]; }
  get attempts() { return this.row[9]; }
  get findings() {
    return this.row[10].map((row) => ({ grade: row[0], requirement: requirements[row[1]] || null, what: text(row[2]),
      offset: row[3] }));
  }
  get transcript() { return transcriptOf(this.row[11]); }
  // In our stream, our request included: from which octet on the target could know that something is wrong.
  get ourFault() {
    const row = this.row[12];
    return row ? { octet: row[0], what: text(row[1]), requirement: requirements[row[2]] || null } : null;
  }
  get figures() { return figuresOf(this.row[13]); }
  get resources() { return resourcesOf(this.row[17]); }
  get firstVerdict() { return this.row[14] >= 0 ? this.row[14] : null; }
  get firstTranscript() { return transcriptOf(this.row[15]); }
  get known() {
    const row = this.row[16];
    return row ? { verdict: row[0], reason: text(row[1]), link: text(row[2]), expires: text(row[3]) } : null;
  }
}

const runs = raw.runs.map((run, number) => {
  const byCase = new Array(cases.length).fill(null);
  const counts = verdicts.map(() => 0);
  for (const row of run.results) {
    byCase[row[0]] = new Result(row, run);
    counts[row[1]] += 1;
  }
  const host = run.url.replace(/^wss?:\/\//, '').replace(/\/$/, '');
  return Object.assign(run, { number, byCase, counts, host, name: run.agent || host });
});
// The same name twice would not tell targets apart.
for (const run of runs)
  if (runs.some((other) => other !== run && other.name === run.name && other.host !== run.host)) run.name = run.host;

const many = runs.length > 1;

// What the filters look at, once.
for (const one of cases) {
  one.verdictBits = 0;
  const words = new Set([one.id, one.title, one.note]);
  for (const statement of one.covers) words.add(statement.id).add(statement.statement);
  for (const run of runs) {
    const result = run.byCase[one.number];
    if (!result) continue;
    one.verdictBits |= 1 << result.verdict;
    words.add(result.detail);
  }
  one.words = [...words].join('\n').toLowerCase();
}
for (const run of runs) {
  for (const result of run.byCase) {
    const statement = result && result.verdict !== verdictNumber.pass && requirements[result.row[3]];
    if (statement && !result.case.covers.includes(statement)) statement.strays.add(result.case);
  }
}
// What a target's result in a case says of a statement; of one that the case is not about, only where it decided.
function resultFor(statement, one, run) {
  const result = run.byCase[one.number];
  return result && (one.covers.includes(statement) || result.requirement === statement) ? result : null;
}
for (const one of requirements) one.words = [one.id, one.statement].join('\n').toLowerCase();

function worst(found) {
  return worstFirst.find((verdict) => found.includes(verdict));
}

// ---- words ----------------------------------------------------------------------------------------------------------

const number = (value) => value.toLocaleString('en');
const counted = (value, one, several) => `${number(value)} ${value === 1 ? one : several}`;

function cite(statement) {
  if (!statement.rfc) return '';
  return statement.rfc === 'IANA' ? `IANA registry \u201c${statement.section}\u201d`
    : `RFC ${statement.rfc} \u00a7\u202f${statement.section}`;
}
const sectionKey = (statement) => `${statement.rfc}-${statement.section}`;

function seconds(milliseconds) {
  if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  const whole = milliseconds / 1000;
  return whole < 100 ? `${whole.toFixed(1)} s` : `${Math.floor(whole / 60)} min ${Math.round(whole % 60)} s`;
}

// The second mark of a cell: how the connection ended, in a few characters and in words.
function closingMark(result) {
  const closing = result.closing;
  if (!ran(result.verdict)) return { short: '', words: '', odd: false };
  // Odd is for the eye: what goes with a verdict that is in order needs no second look.
  const inOrder = ['pass', 'informational'].includes(verdicts[result.verdict].name);
  const end = { open: 'TCP stayed open', fin: 'the target ended TCP', reset: 'the target reset TCP',
    tester: 'the tester ended TCP' }[closing.end];
  if (!closing.sent) {
    const short = { open: 'open', fin: 'FIN', reset: 'RST', tester: 'none' }[closing.end];
    return { short, words: `no Close frame; ${end}`, odd: !inOrder && (closing.end === 'reset' || closing.end === 'open') };
  }
  const name = codeNames.get(closing.code);
  // Code 0: a Close that broke the rules for one, so that it has none that counts.
  const code = closing.code === 1005 ? 'empty' : closing.code === 0 ? 'bad' : String(closing.code);
  const close = closing.code === 1005 ? 'a Close without a body' : closing.code === 0 ? 'a malformed Close'
    : `Close ${code}${name ? ` (${name})` : ''}`;
  const words = `${close}; ${end}${closing.clean ? ', cleanly' : ''}`;
  const tail = { open: '+', fin: '', reset: '!', tester: '' }[closing.end];
  return { short: code + tail, words, odd: !inOrder && tail !== '' };
}
