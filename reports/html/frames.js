// Octets read as RFC 6455 section 5.2 lays them out. A reader for people: it judges nothing and goes on as far as the
// octets that were kept allow.

const opcodeNames = { 0: 'continuation', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };
const hex2 = (octet) => octet.toString(16).padStart(2, '0');
const bits3 = (value) => value.toString(2).padStart(3, '0');

function octetsOf(base64) {
  return Uint8Array.from(atob(base64 || ''), (character) => character.charCodeAt(0));
}

// As a target's octets may be shown: ASCII that prints, all else by its number.
function printable(octets, limit = Infinity) {
  let out = '';
  for (const octet of octets) {
    if (out.length >= limit) return `${out}\u2026`;
    if (octet === 0x0a) out += '\\n';
    else if (octet === 0x0d) out += '\\r';
    else if (octet === 0x5c) out += '\\\\';
    else if (octet >= 0x20 && octet < 0x7f) out += String.fromCharCode(octet);
    else out += `\\x${hex2(octet)}`;
  }
  return out;
}

// One direction of a connection; some of its octets may not have been kept.
class Stream {
  constructor(transcript, direction) {
    this.pieces = [];
    this.size = 0;
    this.starts = new Map();
    for (const entry of transcript) {
      if (entry.direction !== direction) continue;
      this.starts.set(entry, this.size);
      this.pieces.push({ from: this.size, octets: octetsOf(entry.octets) });
      if (entry.windowOctets) this.pieces.push({ from: this.size + entry.windowFrom, octets: octetsOf(entry.windowOctets) });
      this.size += entry.size;
    }
    this.last = 0;
  }
  // Undefined: not kept.
  at(index) {
    for (let tried = 0; tried < this.pieces.length; tried += 1) {
      const piece = this.pieces[this.last];
      if (index >= piece.from && index < piece.from + piece.octets.length) return piece.octets[index - piece.from];
      this.last = (this.last + 1) % this.pieces.length;
    }
    return undefined;
  }
  slice(from, to) {
    const out = [];
    for (let index = from; index < to; index += 1) {
      const octet = this.at(index);
      if (octet === undefined) break;
      out.push(octet);
    }
    return out;
  }
}

const mostItems = 200;

// Parts of a stream in order: { kind: 'http' | 'frame' | 'lost' | 'rest', from, to, fields, summary }.
// A field is { from, to, means, payload }.
function partsOf(stream) {
  const parts = [];
  let at = 0;
  // An opening handshake is ASCII; a frame whose first octet is below 0x80 would be a fragment, which begins nothing.
  if (stream.size > 0 && !(stream.at(0) >= 0x80)) {
    const head = headOf(stream);
    parts.push(head.part);
    at = head.part.to;
    if (head.status && head.status !== 101 && at < stream.size) {
      parts.push({ kind: 'rest', from: at, to: stream.size, summary: `${counted(stream.size - at, 'octet', 'octets')} of HTTP content`,
        fields: [{ from: at, to: stream.size, means: 'content', payload: true }] });
      return parts;
    }
  }
  while (at < stream.size && parts.length < mostItems) {
    const part = frameAt(stream, at);
    parts.push(part);
    at = part.to;
  }
  if (at < stream.size) parts.push({ kind: 'lost', from: at, to: stream.size, summary: `${counted(stream.size - at, 'more octet', 'more octets')}`, fields: [] });
  return parts;
}

function headOf(stream) {
  const fields = [];
  let line = 0;
  let at = 0;
  let ended = false;
  for (; at < stream.size && fields.length < 400; at += 1) {
    const octet = stream.at(at);
    if (octet === undefined) break;
    if (octet !== 0x0a) continue;
    fields.push({ from: line, to: at + 1, line: true });
    if (at + 1 - line <= 2 && at > 2) {
      ended = true;
      at += 1;
      break;
    }
    line = at + 1;
  }
  if (!ended) at = stream.size;
  if (!ended && line < at) fields.push({ from: line, to: at, line: true });
  const first = printable(stream.slice(0, fields.length ? fields[0].to : 0), 90).replace(/(\\r)?\\n$/, '');
  const status = /^HTTP\/\S+ (\d{3})/.exec(first);
  return { part: { kind: 'http', from: 0, to: at, fields, summary: first || 'nothing' }, status: status ? Number(status[1]) : 0 };
}

function frameAt(stream, from) {
  const first = stream.at(from);
  const second = stream.at(from + 1);
  if (first === undefined)
    return { kind: 'lost', from, to: stream.size, summary: `${counted(stream.size - from, 'octet', 'octets')} that were not kept`, fields: [] };
  const fin = first >> 7;
  const rsv = (first >> 4) & 7;
  const opcode = first & 15;
  const name = opcodeNames[opcode] || `reserved opcode 0x${opcode.toString(16)}`;
  const fields = [{ from, to: from + 1, means: `FIN ${fin}, RSV ${bits3(rsv)}, opcode 0x${opcode.toString(16)} (${name})` }];
  const cutShort = (what) => ({ kind: 'frame', from, to: stream.size, fields, summary: `${name}, cut off in its ${what}` });
  if (second === undefined) return cutShort('header');
  const masked = second >> 7;
  let length = second & 127;
  fields.push({ from: from + 1, to: from + 2,
    means: `MASK ${masked}, payload length ${length}${length === 126 ? ': in the next 16 bits' : length === 127 ? ': in the next 64 bits' : ''}` });
  let at = from + 2;
  if (length > 125) {
    const more = length === 126 ? 2 : 8;
    const octets = stream.slice(at, at + more);
    if (octets.length > 0) fields.push({ from: at, to: at + octets.length, means: '' });
    const value = octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
    if (octets.length < more) {
      if (octets.length > 0) fields.at(-1).means = 'payload length, cut off';
      return cutShort('header');
    }
    fields.at(-1).means = `payload length ${value.toLocaleString('en')}`;
    length = Number(value);
    at += more;
  }
  let key = null;
  if (masked) {
    key = stream.slice(at, at + 4);
    if (key.length > 0) fields.push({ from: at, to: at + key.length, means: 'masking key' });
    if (key.length < 4) return cutShort('header');
    at += 4;
  }
  const to = Math.min(at + length, stream.size);
  const plain = (begin, end) => {
    const octets = stream.slice(begin, end);
    return key ? octets.map((octet, index) => octet ^ key[(begin - at + index) % 4]) : octets;
  };
  if (to > at) fields.push({ from: at, to, means: masked ? 'payload, masked' : 'payload', payload: true, plain });
  const missing = at + length - to;
  return { kind: 'frame', from, to, fields, summary: frameSummary({ name, opcode, fin, rsv, length, missing, at, to, plain }) };
}

function frameSummary({ name, opcode, fin, rsv, length, missing, at, to, plain }) {
  const words = [name];
  if (opcode === 8 && length >= 2 && to - at >= 2) {
    const [high, low] = plain(at, at + 2);
    const code = high * 256 + low;
    words[0] = `close ${code}`;
    if (codeNames.has(code)) words[0] += ` (${codeNames.get(code)})`;
    if (length > 2) words.push(`\u201c${printable(plain(at + 2, to), 40)}\u201d`);
  } else if (length > 0) {
    const octets = plain(at, Math.min(to, at + 48));
    if (octets.length > 0 && octets.every((octet) => octet >= 0x20 && octet < 0x7f))
      words.push(`\u201c${printable(octets, 32)}\u201d`);
    words.push(counted(length, 'octet', 'octets'));
  } else {
    words.push(opcode === 8 ? 'without a body' : 'empty');
  }
  if (!fin) words.push('FIN 0');
  if (rsv) words.push(`RSV ${bits3(rsv)}`);
  if (missing > 0) words.push(`${number(missing)} of them not sent`);
  return words.join(', ');
}

// ---- octets as a table ----------------------------------------------------------------------------------------------

const octetsOfALine = 16;
const linesOfAField = 6;

// A row of octets; the one that decided is marked, and said to be it.
function hexCells(stream, from, to, marked) {
  const out = [];
  for (let index = from; index < to; index += 1) {
    const octet = stream.at(index);
    const digits = octet === undefined ? '\u00b7\u00b7' : hex2(octet);
    if (index === marked) out.push(h('mark', { title: `octet ${number(index + 1)}` }, digits));
    else out.push(digits);
    if (index + 1 < to) out.push(' ');
  }
  return out;
}

const octetRow = (from, octets, means, marked, kind) =>
  h('tr', { class: [kind, marked ? 'decides' : ''].join(' ').trim() },
    h('td', { class: 'offset' }, number(from + 1)), h('td', { class: 'octets' }, octets),
    h('td', { class: 'means' }, means, marked && h('strong', { class: 'decides-word' }, marked)));

function fieldRows(stream, field, marked, markedWords) {
  const inside = marked >= field.from && marked < field.to;
  if (field.line) {
    const octets = stream.slice(field.from, Math.min(field.to, field.from + 400));
    const show = (from, to) => printable(octets.slice(from - field.from, to - field.from));
    const words = inside && marked - field.from < octets.length
      ? [show(field.from, marked), h('mark', { title: `octet ${number(marked + 1)}` }, show(marked, marked + 1)), show(marked + 1, field.to)]
      : [show(field.from, field.to), field.to - field.from > octets.length && '\u2026'];
    return [h('tr', { class: inside ? 'line decides' : 'line' }, h('td', { class: 'offset' }, number(field.from + 1)),
      h('td', { class: 'octets http', colspan: 2 }, words, inside && h('strong', { class: 'decides-word' }, markedWords)))];
  }
  const rows = [];
  const lines = Math.ceil((field.to - field.from) / octetsOfALine);
  const markedLine = inside ? Math.floor((marked - field.from) / octetsOfALine) : -1;
  let skippedFrom = -1;
  const flush = (line) => {
    if (skippedFrom < 0) return;
    rows.push(octetRow(field.from + skippedFrom * octetsOfALine, '\u2026',
      `${counted(Math.min(line * octetsOfALine, field.to - field.from) - skippedFrom * octetsOfALine, 'octet', 'octets')} not shown`, '', 'skip'));
    skippedFrom = -1;
  };
  // Of a long payload: its first lines, and the ones around the octet that decided. Never a walk over millions.
  const visible = new Set();
  for (let line = 0; line < Math.min(lines, linesOfAField); line += 1) visible.add(line);
  for (let line = markedLine - 2; inside && line <= markedLine + 2; line += 1) if (line >= 0 && line < lines) visible.add(line);
  let previous = -1;
  for (const line of [...visible].sort((a, b) => a - b)) {
    if (line !== previous + 1) {
      skippedFrom = previous + 1;
      flush(line);
    }
    previous = line;
    const from = field.from + line * octetsOfALine;
    const to = Math.min(from + octetsOfALine, field.to);
    const kept = stream.at(from) !== undefined || stream.at(to - 1) !== undefined;
    const plain = field.plain && kept ? printable(field.plain(from, to)) : '';
    rows.push(octetRow(from, kept ? hexCells(stream, from, to, marked) : '\u2026',
      [line === 0 && field.means, line === 0 && plain && ': ', plain && h('span', { class: 'plain' }, plain), !kept && 'not kept'],
      line === markedLine && markedWords, 'field'));
  }
  if (previous + 1 < lines) {
    skippedFrom = previous + 1;
    flush(lines);
  }
  return rows;
}

const mostPartsShown = 60;

// `marked` is an index, from 0; -1 for none.
function octetTable(stream, parts, caption, marked, markedWords) {
  const rows = [];
  const markedPart = parts.findIndex((part) => marked >= part.from && marked < part.to);
  parts.forEach((part, index) => {
    if (index >= mostPartsShown && Math.abs(index - markedPart) > 2) return;
    rows.push(h('tr', { class: 'part' }, h('th', { scope: 'rowgroup', colspan: 3 }, part.summary)));
    for (const field of part.fields) rows.push(fieldRows(stream, field, marked, markedWords));
  });
  if (parts.length > mostPartsShown) rows.push(h('tr', { class: 'skip' }, h('td', { colspan: 3 }, `${parts.length} parts in all`)));
  if (stream.size === 0) rows.push(h('tr', {}, h('td', { colspan: 3, class: 'quiet' }, 'nothing')));
  return h('div', { class: 'octet-scroller', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', { class: 'octet-table' }, h('caption', {}, caption),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Octet'), h('th', { scope: 'col' }, 'Hexadecimal'), h('th', { scope: 'col' }, 'Meaning'))),
      h('tbody', {}, rows)));
}
